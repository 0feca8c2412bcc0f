package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.JournalPosition;
import dev.mizan.ledger.Line;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The ledger in PostgreSQL. */
class PostgresLedgerTest extends LedgerTest {
    @Override
    String newDatabase() {
        return PostgresServer.shared().newDatabase();
    }

    @Test
    void eachMonthOfIdsHasItsPartition() {
        append(new RandomLines(
                        21,
                        Instant.parse("2026-10-20T00:00:00Z"),
                        Duration.ofDays(60).toMillis())
                .lines(200));
        drain();

        List<String> partitions = database()
                .read(handle -> handle.createQuery("""
                        SELECT inhrelid::regclass::text FROM pg_inherits
                        WHERE inhparent = 'ledger_line'::regclass ORDER BY 1""").mapTo(String.class).list());
        assertThat(partitions).containsExactly("ledger_line_202610", "ledger_line_202611", "ledger_line_202612");
    }

    @Test
    void commitsAreSynchronousWhateverTheServersDefault() throws Exception {
        assertThat(database().<String>write(handle -> handle.createQuery("SHOW synchronous_commit")
                        .mapTo(String.class)
                        .one()))
                .isEqualTo("on");
    }

    @Test
    void severalWritersAddUp() throws Exception {
        List<Line> lines = new RandomLines(22, Instant.parse("2026-10-20T00:00:00Z"), 1_000_000).lines(2_000);
        Thread[] writers = new Thread[4];
        for (int i = 0; i < writers.length; i++) {
            int number = i;
            writers[i] = Thread.ofPlatform().start(() -> write(lines, number));
        }
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(count()).isEqualTo(2_000);
        assertThat(spend(ExpectedSpend.EVERYTHING)).isEqualTo(ExpectedSpend.of(lines, ExpectedSpend.EVERYTHING));
    }

    /**
     * Every writer writes half of the lines that the next one writes too, and begins anew when they get in each other's
     * way.
     */
    private void write(List<Line> lines, int number) {
        int from = number * 500;
        while (true) {
            try (LedgerSession session = LedgerSession.open(database(), "writer-" + number)) {
                for (int at = from; at < from + 1_000; at += 100) {
                    List<Line> part = lines.subList(at % 2_000, at % 2_000 + 100);
                    session.writeAndCommit(part, JournalPosition.START);
                }
                return;
            } catch (SQLException e) {
                LockSupport.parkNanos(1_000_000L * (number + 1));
            }
        }
    }

    @Test
    void whileTheServerIsGoneLinesWaitAndThenArriveOnce() {
        try (PostgresServer server = PostgresServer.start()) {
            List<Line> lines = new RandomLines(23, Instant.parse("2026-10-20T00:00:00Z"), 1_000_000).lines(900);
            try (Database own = Database.open(folder.resolve("own"), server.newDatabase(), Database.Access.SERVE);
                    LedgerWriter writer = LedgerWriter.start(journal(), own, System::nanoTime)) {
                append(lines.subList(0, 300));
                assertThat(writer.drain(Duration.ofSeconds(20))).isTrue();

                server.crash();
                append(lines.subList(300, 600));
                while (writer.lastError().isEmpty()) {
                    LockSupport.parkNanos(1_000_000);
                }
                append(lines.subList(600, 900));
                assertThat(writer.backlogLines()).isEqualTo(600);

                server.resume();
                assertThat(writer.drain(Duration.ofSeconds(60))).isTrue();
                assertThat(writer.linesWritten()).isEqualTo(900);
                assertThat(ExpectedSpend.sorted(new JdbcLedgerReader(own).spend(ExpectedSpend.EVERYTHING)))
                        .isEqualTo(ExpectedSpend.of(lines, ExpectedSpend.EVERYTHING));
            }
        }
    }
}
