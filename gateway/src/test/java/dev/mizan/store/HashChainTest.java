package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalPosition;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.JournalSettings.Fsync;
import dev.mizan.ledger.Line;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of hash chains with every database. */
abstract class HashChainTest {
    private static final Instant START = Instant.parse("2026-10-20T00:00:00Z");
    private static final long TWO_WEEKS = Duration.ofDays(14).toMillis();

    @TempDir
    Path folder;

    private final List<String> problems = new ArrayList<>();
    private Database database;

    /** Address of a new database; empty for SQLite. */
    abstract String newDatabase();

    @BeforeEach
    void open() {
        database = Database.open(folder, newDatabase(), Database.Access.SERVE);
        database.setHashChain(true);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void untouchedLinesFit() throws Exception {
        List<Line> lines = lines(1, 2_300);
        write("first", lines.subList(0, 1_200));
        write("second", lines.subList(1_200, 1_250));
        // Lines that are there are not linked again, whoever brings them, and doubles in a batch are linked once.
        write("second", lines.subList(1_000, 1_300));
        List<Line> twice = new ArrayList<>(lines.subList(1_300, 2_300));
        twice.addAll(100, lines.subList(1_300, 1_350));
        write("first", twice);

        assertThat(verify()).isEqualTo(new LedgerAudit.Result(2_300, 0, 0, 0, 2_300, 0));
        assertThat(links("first")).isEqualTo(2_200);
        assertThat(links("second")).isEqualTo(100);
    }

    @Test
    void aChangedLineIsNamed() throws Exception {
        List<Line> lines = lines(2, 200);
        write("first", lines);
        write("second", lines(3, 20));
        String id = lines.get(77).id();
        change("UPDATE ledger_line SET chat_id = 'another' WHERE id = '" + id + "'");

        assertThat(verify().linkProblems()).isEqualTo(1);
        assertThat(problems)
                .containsExactly("line " + id + ", link 78 of the hash chain of first, is not as it was written");
    }

    @Test
    void everyColumnIsProved() throws Exception {
        write("first", lines(4, 3));
        List<Line> lines = lines(5, LineColumns.NAMES.size());
        write("second", lines);
        for (int i = 0; i < lines.size(); i++) {
            String column = LineColumns.NAMES.get(i);
            if (!column.equals("id")) {
                String change = LineColumns.isNumber(column) ? column + " + 1" : column + " || 'x'";
                change("UPDATE ledger_line SET " + column + " = " + change + " WHERE id = '"
                        + lines.get(i).id() + "'");
            }
        }

        assertThat(verify().linkProblems()).isEqualTo(lines.size() - 1);
    }

    @Test
    void aRemovedLineIsNamedAndSoIsWhatFollowsRemovedLinks() throws Exception {
        List<Line> lines = lines(6, 200);
        write("first", lines);
        String gone = lines.get(10).id();
        change("DELETE FROM ledger_line WHERE id = '" + gone + "'");
        change("DELETE FROM hash_link WHERE number = 65");

        assertThat(verify().linkProblems()).isEqualTo(2);
        assertThat(problems.stream().filter(problem -> problem.contains("chain")))
                .containsExactly(
                        "line " + gone + ", link 11 of the hash chain of first, is not there any more",
                        "line " + lines.get(128).id()
                                + ", link 129 of the hash chain of first, follows after 64 that are gone");
    }

    @Test
    void removingTheEndIsSeen() throws Exception {
        List<Line> lines = lines(7, 100);
        write("first", lines.subList(0, 99));
        write("first", lines.subList(99, 100));
        change("DELETE FROM ledger_line WHERE id = '" + lines.getLast().id() + "'");
        change("DELETE FROM hash_link WHERE number = 100");

        assertThat(verify().linkProblems()).isEqualTo(1);
        assertThat(problems).contains("hash chain of first ends with link 99 (expected: 100, and its hash)");
    }

    @Test
    void aChainBeginsAfterItsAnchorAndAnotherHashIsNoLink() throws Exception {
        List<Line> lines = lines(8, 10);
        for (Line line : lines) {
            write("first", List.of(line));
        }
        change("UPDATE hash_chain SET anchor_number = 4, anchor_hash = "
                + "(SELECT hashes FROM hash_link WHERE number = 4)");
        change("DELETE FROM hash_link WHERE number <= 4");
        assertThat(verify().linkProblems()).isZero();
        change("UPDATE hash_link SET hashes = anchor_hash FROM hash_chain WHERE hash_link.number = 10");

        assertThat(verify().linkProblems()).as("the last link, and the end").isEqualTo(2);
    }

    @Test
    void correctionsAreLinked() throws Exception {
        List<Line> lines = lines(9, 30);
        Line right = Corrections.of(lines.get(11), "01KZZZZZZZZZZZZZZZZZZZZZZ1");
        Line late = Corrections.of(lines.get(11), "01KZZZZZZZZZZZZZZZZZZZZZZ2");
        write("first", lines);
        write("command", List.of(right));
        write("command", List.of(late));
        assertThat(verify()).isEqualTo(new LedgerAudit.Result(31, 0, 0, 0, 31, 0));

        change("UPDATE ledger_line SET charged_cost = 0 WHERE id = '" + right.id() + "'");

        assertThat(verify().linkProblems()).isEqualTo(1);
        assertThat(problems)
                .anyMatch(problem ->
                        problem.startsWith("line " + right.id() + ", link 1 of the hash chain" + " of command"));
    }

    @Test
    void adoptedJournalsAreLinkedByWhoeverWritesThem() {
        List<Line> lines = lines(10, 40);
        JournalSettings settings =
                new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(20), 1 << 20, 64L << 20, "dead", "");
        RandomLines intents = new RandomLines(0, START, 1);
        Path journals = folder.resolve("journal");
        try (Journal dead = Journal.open(journals, settings, Clock.systemUTC())) {
            for (Line line : lines) {
                dead.append(intents.intent(line));
                dead.append(line);
            }
        }
        try (Journal alive = Journal.open(journals, settings.withInstance("alive"), Clock.systemUTC());
                LedgerWriter writer = LedgerWriter.start(alive, database, System::nanoTime)) {
            assertThat(writer.drain(Duration.ofSeconds(30))).isTrue();
        }

        assertThat(verify()).isEqualTo(new LedgerAudit.Result(40, 0, 0, 0, 40, 0));
        assertThat(links("alive")).isEqualTo(40);
    }

    @Test
    void rebuildingTheSumsLeavesTheChainsAsTheyAre() throws Exception {
        write("first", lines(11, 50));
        change("UPDATE rollup SET calls = calls + 1");

        assertThat(new LedgerAudit(database, problems::add).rebuild().rollupProblems())
                .isPositive();
        assertThat(verify()).isEqualTo(new LedgerAudit.Result(50, 0, 0, 0, 50, 0));
    }

    @Test
    void hardTextsFitAsTheyAreStored() throws Exception {
        Line line = lines(12, 1).getFirst();
        List<Line> hard = new ArrayList<>();
        List<String> texts = List.of("a\0b", "\uD800", "😀\"\\\n", "ş".repeat(3_000));
        for (int i = 0; i < texts.size(); i++) {
            hard.add(Corrections.withEndUserAndTag(Corrections.withFreshIds(line, i), texts.get(i), texts.get(i)));
        }
        write("first", hard);

        assertThat(verify().linkProblems()).isZero();
        assertThat(links("first")).isEqualTo(4);
    }

    @Test
    void withoutTheSettingLinesAreNotLinkedAndTheChainGoesOnLater() throws Exception {
        write("first", lines(13, 10));
        database.setHashChain(false);
        write("first", lines(14, 10));
        database.setHashChain(true);
        write("first", lines(15, 10));

        assertThat(verify()).isEqualTo(new LedgerAudit.Result(30, 0, 0, 0, 20, 0));
    }

    private LedgerAudit.Result verify() {
        problems.clear();
        return new LedgerAudit(database, problems::add).verify();
    }

    private void write(String writer, List<Line> lines) throws SQLException {
        try (LedgerSession session = LedgerSession.open(database, writer)) {
            session.writeAndCommit(lines, JournalPosition.START);
        }
    }

    private long links(String writer) {
        return database.<Long>read(handle -> handle.createQuery("SELECT number FROM hash_chain WHERE writer = :writer")
                .bind("writer", writer)
                .mapTo(Long.class)
                .one());
    }

    private void change(String sql) {
        database.write(handle -> handle.execute(sql));
    }

    private static List<Line> lines(long seed, int count) {
        return new RandomLines(seed, START, TWO_WEEKS).lines(count);
    }
}
