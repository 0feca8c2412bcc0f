package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalPosition;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.JournalSettings.Fsync;
import dev.mizan.ledger.JournalUnavailableException;
import dev.mizan.ledger.Line;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineFilter;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.SpendQuery.Bucket;
import dev.mizan.report.SpendRow;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of the ledger with every database: from the journal through the writer to the reader. */
abstract class LedgerTest {
    private static final Instant START = Instant.parse("2026-10-20T00:00:00Z");
    private static final long TWO_WEEKS = Duration.ofDays(14).toMillis();

    @TempDir
    Path folder;

    private String url = "";
    private Database database;
    private Journal journal;

    /** Address of a new database; empty for SQLite. */
    abstract String newDatabase();

    @BeforeEach
    void open() {
        url = newDatabase();
        database = Database.open(folder, url, Database.Access.SERVE);
        journal = openJournal();
    }

    @AfterEach
    void close() {
        journal.close();
        database.close();
    }

    @Test
    void everyLineArrivesOnceAndReadsAsItWasWritten() {
        List<Line> lines = new RandomLines(1, START, TWO_WEEKS).lines(2_000);
        append(lines);
        drain();

        LedgerReader reader = reader();
        List<Line> read = new ArrayList<>();
        reader.forEachLine(LineFilter.ALL, read::add);

        assertThat(read).isEqualTo(sorted(lines));
        assertThat(reader.line(lines.getFirst().id())).contains(lines.getFirst());
        assertThat(reader.line("01K00000000000000000000000")).isEmpty();
    }

    @Test
    void pagesGoFromTheNewestToTheOldestWithoutGapsOrDoubles() {
        List<Line> lines = new RandomLines(2, START, TWO_WEEKS).lines(257);
        append(lines);
        drain();

        LedgerReader reader = reader();
        List<Line> read = new ArrayList<>();
        String cursor = "";
        do {
            LedgerReader.Page page = reader.lines(LineFilter.ALL, cursor, 50);
            assertThat(page.lines()).hasSizeLessThanOrEqualTo(50);
            read.addAll(page.lines());
            cursor = page.nextCursor();
        } while (!cursor.isEmpty());

        assertThat(read).isEqualTo(sorted(lines).reversed());
    }

    @Test
    void filtersFindWhatFitsAndNothingElse() {
        List<Line> lines = new RandomLines(3, START, TWO_WEEKS).lines(500);
        append(lines);
        drain();
        LedgerReader reader = reader();
        long from = START.plusSeconds(3 * 86_400).toEpochMilli();
        long to = START.plusSeconds(4 * 86_400).toEpochMilli();

        assertThat(reader.lines(new LineFilter(from, to, Map.of(), "", ""), "", 1_000)
                        .lines())
                .isNotEmpty()
                .isEqualTo(sorted(lines.stream()
                                .filter(line -> line.timeMillis() >= from && line.timeMillis() < to)
                                .toList())
                        .reversed());
        Map<Dimension, String> equal = Map.of(Dimension.TENANT, "şirket", Dimension.KEY, "key_3");
        assertThat(reader.lines(new LineFilter(0, Long.MAX_VALUE, equal, "", "call"), "", 1_000)
                        .lines())
                .isNotEmpty()
                .allMatch(line -> line.principal().tenant().equals("şirket")
                        && line.principal().keyId().equals("key_3")
                        && line.kind() == Line.Kind.CALL);
        Line attempt = lines.stream()
                .filter(line -> line.kind() == Line.Kind.ATTEMPT)
                .findFirst()
                .orElseThrow();
        assertThat(reader.lines(new LineFilter(0, Long.MAX_VALUE, Map.of(), attempt.requestId(), ""), "", 10)
                        .lines())
                .containsExactly(attempt);
    }

    @Test
    void linesWrittenAgainAreNotCountedAgain() throws Exception {
        List<Line> lines = new RandomLines(4, START, TWO_WEEKS).lines(300);
        List<Line> twice = new ArrayList<>(lines);
        twice.addAll(lines.subList(50, 200));
        try (LedgerSession session = LedgerSession.open(database, "first")) {
            assertThat(session.writeAndCommit(lines, new JournalPosition(1, 64)))
                    .isEqualTo(300);
            assertThat(session.writeAndCommit(lines.subList(10, 90), new JournalPosition(1, 128)))
                    .isZero();
        }
        try (LedgerSession session = LedgerSession.open(database, "second")) {
            assertThat(session.writeAndCommit(twice, JournalPosition.START)).isZero();
            assertThat(session.position()).isEqualTo(JournalPosition.START);
        }
        try (LedgerSession session = LedgerSession.open(database, "first")) {
            assertThat(session.position()).isEqualTo(new JournalPosition(1, 128));
        }

        assertThat(spend(ExpectedSpend.EVERYTHING)).isEqualTo(ExpectedSpend.of(lines, ExpectedSpend.EVERYTHING));
        assertThat(count()).isEqualTo(300);
    }

    @Test
    void linesThatAreAlikeArriveAsTheyAre() throws Exception {
        RandomLines random = new RandomLines(21, START, TWO_WEEKS);
        List<Line> lines = new ArrayList<>();
        try (LedgerSession session = LedgerSession.open(database, "first")) {
            // Of one, two and more lines in turn: other columns are alike in each batch.
            for (int kinds = 0; kinds < 40; kinds++) {
                List<Line> alike = random.lines(1 + kinds % 5);
                List<Line> batch = new ArrayList<>();
                for (int i = 0; i < 70; i++) {
                    batch.add(Corrections.withFreshIds(alike.get(i % alike.size()), lines.size() + i));
                }
                lines.addAll(batch);
                batch.addAll(30, batch.subList(20, 25));
                assertThat(session.writeAndCommit(batch, JournalPosition.START)).isEqualTo(70);
            }
        }

        List<Line> read = new ArrayList<>();
        reader().forEachLine(LineFilter.ALL, read::add);
        assertThat(read).isEqualTo(sorted(lines));
        assertThat(spend(ExpectedSpend.EVERYTHING)).isEqualTo(ExpectedSpend.of(lines, ExpectedSpend.EVERYTHING));
    }

    @Test
    void doublesWithinABatchAndPartsThatAreThereAreLeftOut() throws Exception {
        List<Line> lines = new RandomLines(5, START, TWO_WEEKS).lines(40);
        List<Line> batch = new ArrayList<>(lines);
        batch.addAll(7, lines.subList(20, 30));
        try (LedgerSession session = LedgerSession.open(database, "first")) {
            session.writeAndCommit(List.of(lines.get(3), lines.get(33)), JournalPosition.START);
            assertThat(session.writeAndCommit(batch, JournalPosition.START)).isEqualTo(38);
        }

        assertThat(spend(ExpectedSpend.EVERYTHING)).isEqualTo(ExpectedSpend.of(lines, ExpectedSpend.EVERYTHING));
    }

    @Test
    void rollupsAreTheSumsOfTheLinesInEveryGroupingAndZone() {
        List<Line> lines = new RandomLines(6, START, TWO_WEEKS).lines(1_500);
        append(lines);
        drain();

        // In these two weeks Berlin and New York change their clocks; Kathmandu is off by three quarters of an hour.
        for (String zone : List.of("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")) {
            for (Bucket bucket : Bucket.values()) {
                SpendQuery query = new SpendQuery(
                        START.toEpochMilli(),
                        START.plus(Duration.ofDays(20)).toEpochMilli(),
                        List.of(Dimension.TENANT, Dimension.STATUS),
                        Map.of(Dimension.ENDPOINT, "/v1/chat/completions"),
                        bucket,
                        ZoneId.of(zone));
                assertThat(spend(query)).as("%s %s", zone, bucket).isEqualTo(ExpectedSpend.of(lines, query));
            }
        }
    }

    @Test
    void aYearOfHoursIsSummedInParts() {
        List<Line> lines = new RandomLines(7, START, Duration.ofDays(365).toMillis()).lines(400);
        append(lines);
        drain();
        SpendQuery hours = new SpendQuery(
                0, Long.MAX_VALUE, List.of(Dimension.MODEL), Map.of(), Bucket.HOUR, ZoneId.of("Europe/Berlin"));

        assertThat(spend(hours)).isEqualTo(ExpectedSpend.of(lines, hours));
    }

    @Test
    void anEmptyLedgerHasNoRows() {
        for (Bucket bucket : Bucket.values()) {
            assertThat(reader().spend(new SpendQuery(
                            0, Long.MAX_VALUE, List.of(), Map.of(), bucket, ZoneId.of("Europe/Istanbul"))))
                    .isEmpty();
        }
        assertThat(reader().lines(LineFilter.ALL, "", 10)).isEqualTo(new LedgerReader.Page(List.of(), ""));
    }

    @Test
    void aCorrectionTakesTheLinesPlaceOnce() throws Exception {
        List<Line> lines = new RandomLines(8, START, TWO_WEEKS).lines(30);
        Line wrong = lines.get(11);
        Line right = Corrections.of(wrong, "01KZZZZZZZZZZZZZZZZZZZZZZ1");
        Line late = Corrections.of(wrong, "01KZZZZZZZZZZZZZZZZZZZZZZ2");
        try (LedgerSession session = LedgerSession.open(database, "first")) {
            session.writeAndCommit(lines, JournalPosition.START);
            assertThat(session.writeAndCommit(List.of(right), JournalPosition.START))
                    .isEqualTo(1);
            assertThat(session.writeAndCommit(List.of(right), JournalPosition.START))
                    .isZero();
            assertThat(session.writeAndCommit(List.of(late), JournalPosition.START))
                    .isZero();
        }

        List<Line> effective = new ArrayList<>(lines);
        effective.set(11, Corrections.inPlaceOf(wrong, right));
        SpendQuery days = new SpendQuery(
                0, Long.MAX_VALUE, List.of(Dimension.STATUS), Map.of(), Bucket.DAY, ZoneId.of("Europe/Berlin"));
        assertThat(spend(days)).isEqualTo(ExpectedSpend.of(effective, days));
        assertThat(reader().line(right.id())).contains(right);
        assertThat(reader().line(late.id())).isEmpty();
        assertThat(reader().line(wrong.id())).contains(wrong);
    }

    @Test
    void othersCanWriteWhileTheWriterIsIdle() {
        List<Line> lines = new RandomLines(12, START, TWO_WEEKS).lines(20);
        append(lines.subList(0, 10));
        try (LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
            assertThat(writer.drain(Duration.ofSeconds(20))).isTrue();

            database.write(handle -> handle.execute("CREATE TABLE scratch (n INTEGER)"));

            append(lines.subList(10, 20));
            assertThat(writer.drain(Duration.ofSeconds(20))).isTrue();
            assertThat(writer.linesWritten()).isEqualTo(20);
        }
    }

    @Test
    void theWriterGoesOnWhereItStopped() {
        List<Line> lines = new RandomLines(9, START, TWO_WEEKS).lines(600);
        append(lines.subList(0, 300));
        drain();
        journal.close();
        database.close();

        database = Database.open(folder, url, Database.Access.SERVE);
        journal = openJournal();
        append(lines.subList(300, 600));
        try (LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
            assertThat(writer.drain(Duration.ofSeconds(20))).isTrue();
            assertThat(writer.linesWritten()).isEqualTo(300);
            assertThat(writer.backlogBytes()).isZero();
            assertThat(writer.lastError()).isEmpty();
        }

        assertThat(spend(ExpectedSpend.EVERYTHING)).isEqualTo(ExpectedSpend.of(lines, ExpectedSpend.EVERYTHING));
    }

    @Test
    void aWriterThatDiedAfterItsCommitWritesNothingTwice() throws Exception {
        List<Line> lines = new RandomLines(10, START, TWO_WEEKS).lines(500);
        append(lines);
        // What a writer does that dies between its commit and telling the journal.
        try (LedgerSession session = LedgerSession.open(database, journal.instance())) {
            session.writeAndCommit(lines.subList(0, 200), JournalPosition.START);
        }
        drain();

        assertThat(count()).isEqualTo(500);
        assertThat(spend(ExpectedSpend.EVERYTHING)).isEqualTo(ExpectedSpend.of(lines, ExpectedSpend.EVERYTHING));
    }

    @Test
    void textsThatAreHardToStoreArrive() throws Exception {
        Line line = new RandomLines(11, START, TWO_WEEKS).call();
        String hard = "'; DROP TABLE ledger_line; -- \u0000 \uD83D\uDE00 {}\\\"\n";
        Line hardLine = Corrections.withEndUserAndTag(line, hard, hard);
        try (LedgerSession session = LedgerSession.open(database, "first")) {
            session.writeAndCommit(List.of(hardLine), JournalPosition.START);
        }

        Line read = reader().line(line.id()).orElseThrow();
        assertThat(read.principal().endUser().replace('\uFFFD', '\u0000')).isEqualTo(hard);
        assertThat(read.call().tags().getFirst().replace('\uFFFD', '\u0000')).isEqualTo(hard);
    }

    @Test
    void idsThatAreNoUlidsAreKeptAndFoundByTime() throws Exception {
        Line line = new RandomLines(12, START, TWO_WEEKS).call();
        Line odd = Corrections.withId(line, "not-a-ulid");
        try (LedgerSession session = LedgerSession.open(database, "first")) {
            session.writeAndCommit(List.of(odd), JournalPosition.START);
        }

        LineFilter day = new LineFilter(odd.timeMillis(), odd.timeMillis() + 1, Map.of(), "", "");
        assertThat(reader().lines(day, "", 10).lines()).containsExactly(odd);
        assertThat(reader().line("not-a-ulid")).contains(odd);
    }

    @Test
    void theDocumentsViewHasItsColumnsAndFigures() throws Exception {
        Line line = new RandomLines(13, START, TWO_WEEKS).call();
        try (LedgerSession session = LedgerSession.open(database, "first")) {
            session.writeAndCommit(List.of(line), JournalPosition.START);
        }

        Map<String, Object> row = database.read(handle -> handle.createQuery("SELECT * FROM performance_metrics")
                .mapToMap()
                .one());
        assertThat(row.keySet())
                .containsExactly(
                        "id",
                        "chat_id",
                        "message_id",
                        "provider_id",
                        "model_name",
                        "input_tokens",
                        "output_tokens",
                        "total_tokens",
                        "duration_ms",
                        "tokens_per_second",
                        "time_to_first_token_ms",
                        "input_cost_usd",
                        "output_cost_usd",
                        "total_cost_usd",
                        "cache_hit",
                        "error_occurred",
                        "retry_count",
                        "timestamp");
        assertThat(number(row, "message_id"))
                .isEqualTo(Double.parseDouble(line.call().messageId()));
        assertThat((long) number(row, "total_tokens")).isEqualTo(line.usage().totalTokens());
        assertThat(number(row, "input_cost_usd") + number(row, "output_cost_usd"))
                .isCloseTo(number(row, "total_cost_usd"), offset(1e-9));
        assertThat(number(row, "retry_count")).isEqualTo(line.outcome().attempts() - 1);
    }

    private static double number(Map<String, Object> row, String column) {
        return row.get(column) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    Database database() {
        return database;
    }

    Journal journal() {
        return journal;
    }

    LedgerReader reader() {
        return new JdbcLedgerReader(database);
    }

    long count() {
        return database.read(handle -> handle.createQuery("SELECT count(*) FROM ledger_line")
                .mapTo(Long.class)
                .one());
    }

    /** As calls do: an intent each, then the line. */
    void append(List<Line> lines) {
        RandomLines intents = new RandomLines(0, START, 1);
        for (Line line : lines) {
            boolean done = false;
            while (!done) {
                try {
                    journal.append(intents.intent(line));
                    done = true;
                } catch (JournalUnavailableException e) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            journal.append(line);
        }
    }

    void drain() {
        try (LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
            assertThat(writer.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    List<SpendRow> spend(SpendQuery query) {
        return ExpectedSpend.sorted(reader().spend(query));
    }

    private Journal openJournal() {
        return Journal.open(
                folder.resolve("journal"),
                new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(20), 1 << 20, 64L << 20, "", ""),
                Clock.systemUTC());
    }

    private static List<Line> sorted(List<Line> lines) {
        assertThat(new HashSet<>(lines)).hasSameSizeAs(lines);
        List<Line> sorted = new ArrayList<>(lines);
        sorted.sort(Comparator.comparing(Line::id));
        return sorted;
    }
}
