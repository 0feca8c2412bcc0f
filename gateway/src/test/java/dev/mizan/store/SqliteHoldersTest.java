package dev.mizan.store;

/** Holders in SQLite. */
class SqliteHoldersTest extends HolderStoreTest {
    @Override
    String newDatabase() {
        return "";
    }
}
