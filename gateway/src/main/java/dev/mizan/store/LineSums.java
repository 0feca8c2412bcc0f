package dev.mizan.store;

import dev.mizan.ledger.Line;
import java.util.Optional;

/** All sums that some lines make. Not safe for use by many threads. */
record LineSums(RollupSums rollups, UseSums uses) {
    LineSums() {
        this(new RollupSums(), new UseSums());
    }

    /** Adds a line that is no correction. */
    void add(Line line) {
        rollups.add(line);
        uses.add(line);
    }

    /** Adds {@code correction} in the place of {@code corrected}; by itself if there is none. */
    void correct(Line correction, Optional<Line> corrected) {
        rollups.correct(correction, corrected);
        uses.correct(correction, corrected);
    }
}
