package dev.mizan.store;

/** The books' balances in SQLite. */
class SqliteBalancesTest extends BalancesTest {
    @Override
    String newDatabase() {
        return "";
    }
}
