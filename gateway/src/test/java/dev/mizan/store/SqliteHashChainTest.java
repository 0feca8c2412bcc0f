package dev.mizan.store;

/** Hash chains in SQLite. */
class SqliteHashChainTest extends HashChainTest {
    @Override
    String newDatabase() {
        return "";
    }
}
