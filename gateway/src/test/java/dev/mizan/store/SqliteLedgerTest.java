package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The ledger in SQLite. */
class SqliteLedgerTest extends LedgerTest {
    @Override
    String newDatabase() {
        return "";
    }

    @Test
    void whileAnotherProcessHoldsTheLockLinesWaitAndThenArriveOnce() throws Exception {
        List<Line> lines = new RandomLines(20, Instant.parse("2026-10-20T00:00:00Z"), 1_000_000).lines(400);
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(Database.FILE));
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            append(lines);
            try (LedgerWriter writer = LedgerWriter.start(journal(), database(), System::nanoTime)) {
                long start = System.nanoTime();
                while (writer.lastError().isEmpty() && System.nanoTime() - start < 20_000_000_000L) {
                    LockSupport.parkNanos(1_000_000);
                }
                assertThat(writer.lastError()).containsIgnoringCase("locked");
                assertThat(writer.linesWritten()).isZero();
                assertThat(writer.backlogLines()).isEqualTo(400);

                statement.execute("ROLLBACK");

                assertThat(writer.drain(Duration.ofSeconds(30))).isTrue();
                assertThat(writer.linesWritten()).isEqualTo(400);
                assertThat(writer.lastError()).isEmpty();
                assertThat(writer.lag()).isZero();
            }
        }
        assertThat(count()).isEqualTo(400);
    }
}
