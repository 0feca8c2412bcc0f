package dev.mizan.store;

/** The books' balances in PostgreSQL. */
class PostgresBalancesTest extends BalancesTest {
    @Override
    String newDatabase() {
        return PostgresServer.shared().newDatabase();
    }
}
