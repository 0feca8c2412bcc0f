package dev.mizan.store;

/** Hash chains in PostgreSQL. */
class PostgresHashChainTest extends HashChainTest {
    @Override
    String newDatabase() {
        return PostgresServer.shared().newDatabase();
    }
}
