package dev.mizan.store;

/** Keys in SQLite. */
class SqliteKeysTest extends KeyStoreTest {
    @Override
    String newDatabase() {
        return "";
    }
}
