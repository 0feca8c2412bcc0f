package dev.mizan.bench;

import java.nio.file.Path;

/** How many lines a second the ledger's writer moves from the journal into SQLite. */
final class WriterRate {
    private WriterRate() {}

    /** Lines per second; 0 until there is a writer to measure. */
    static double linesPerSecond(Path scratch) {
        return 0;
    }
}
