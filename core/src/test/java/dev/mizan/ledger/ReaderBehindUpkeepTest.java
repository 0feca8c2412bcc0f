package dev.mizan.ledger;

import static dev.mizan.ledger.SampleEntries.id;
import static dev.mizan.ledger.SampleEntries.intent;
import static dev.mizan.ledger.SampleEntries.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.JournalSettings.Fsync;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader and the upkeep in turn, in the order that a gateway with little to do has them in. */
class ReaderBehindUpkeepTest {
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final JournalSettings SMALL =
            new JournalSettings(Fsync.NEVER, Duration.ofMillis(10), SEGMENT_BYTES, 16L << 20, "", "");

    @TempDir
    Path folder;

    @Test
    void aReaderThatHasReadEverythingMissesNothingWhenTheUpkeepIsQuickerThanIt() throws Exception {
        SegmentFiles files = new SegmentFiles(folder, SEGMENT_BYTES);
        Upkeep upkeep = new Upkeep(files, SMALL, "test", 2);
        SegmentChain chain = new SegmentChain(files.create(1), SEGMENT_BYTES, () -> {});
        upkeep.start(chain);
        upkeep.stop();
        upkeep.turn();
        JournalReader reader = new JournalReader(chain, upkeep, JournalPosition.START);
        List<String> written = new ArrayList<>();
        List<String> read = new ArrayList<>();

        for (int call = 0; call < 1_000; call++) {
            Line line = line(id(), id());
            chain.append(intent(line.id(), line.attemptId()));
            upkeep.turn();
            chain.append(line);
            upkeep.turn();
            written.add(line.id());
            reader.read(Integer.MAX_VALUE, next -> read.add(next.id()));
            reader.committed();
        }

        assertThat(read).isEqualTo(written);
        assertThat(chain.segments()).hasSizeLessThanOrEqualTo(2);
        chain.unmap();
    }
}
