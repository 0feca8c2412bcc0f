package dev.mizan.store;

/** Keys in PostgreSQL. */
class PostgresKeysTest extends KeyStoreTest {
    @Override
    String newDatabase() {
        return PostgresServer.shared().newDatabase();
    }
}
