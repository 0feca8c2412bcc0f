package dev.mizan.store;

/** Holders in PostgreSQL. */
class PostgresHoldersTest extends HolderStoreTest {
    @Override
    String newDatabase() {
        return PostgresServer.shared().newDatabase();
    }
}
