package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.ledger.Journal;
import dev.mizan.ledger.JournalPosition;
import dev.mizan.ledger.JournalSettings;
import dev.mizan.ledger.JournalSettings.Fsync;
import dev.mizan.ledger.Line;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances;
import dev.mizan.limit.Balances.Adjustment;
import dev.mizan.limit.BalancesUnavailableException;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitBook;
import dev.mizan.limit.LimitSet;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Loading;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Subject.Kind;
import dev.mizan.limit.Window;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the books say of each subject's use, with every database. */
abstract class BalancesTest {
    private static final Instant START = Instant.parse("2026-10-20T00:00:00Z");
    private static final long TWO_DAYS = Duration.ofDays(2).toMillis();
    private static final long QUARTER = 900_000;
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private String url = "";
    private Database database;

    /** Address of a new database; empty for SQLite. */
    abstract String newDatabase();

    @BeforeEach
    void open() {
        url = newDatabase();
        database = Database.open(folder, url, Database.Access.SERVE);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void everySubjectsUseIsThatOfItsLines() throws Exception {
        List<Line> lines = linesOfEveryKind(31, 600);
        writeByTwo(lines);

        assertThatAllAreThoseOf(lines, 50);
        assertThat(new LedgerAudit(database, problem -> {}).verify().sumProblems())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        // window, zone, and where it began at 04:30 UTC on 2 November 2026
        "day, America/New_York, 2026-11-01T04:00:00Z",
        "day, Europe/Berlin, 2026-11-01T23:00:00Z",
        "day, Europe/Istanbul, 2026-11-01T21:00:00Z",
        "week, America/New_York, 2026-10-26T04:00:00Z",
        "month, America/New_York, 2026-11-01T04:00:00Z",
        "month, Europe/Berlin, 2026-10-31T23:00:00Z",
        "month, Europe/Istanbul, 2026-10-31T21:00:00Z",
    })
    void anAccountBeginsWithTheLinesSinceItsLocalMidnight(String label, String zone, Instant start) throws Exception {
        Instant now = Instant.parse("2026-11-02T04:30:00Z");
        Instant first = Instant.parse("2026-10-25T00:00:00Z");
        List<Line> lines =
                new RandomLines(37, first, Duration.between(first, now).toMillis()).lines(900);
        write("first", lines);
        long expected = new ExpectedUse(lines)
                .total(Subject.GLOBAL, start.toEpochMilli())
                .providerCost();
        assertThat(expected).isPositive();

        Window window = Window.parse(label, ZoneId.of(zone)).orElseThrow();
        LimitBook book = new LimitBook(Clock.fixed(now, ZoneOffset.UTC), LimitWatcher.NONE);
        LimitSet set = book.prepare(List.of(Limit.block(Subject.GLOBAL, Meter.COST, window, Limit.CAP_MAX)));
        for (Loading loading : book.missing(set)) {
            book.begin(loading);
            assertThat(book.finish(loading, loading.read(new JdbcBalances(database))))
                    .isTrue();
        }

        assertThat(book.standings(set))
                .singleElement()
                .extracting(Standing::used, Standing::startMillis)
                .containsExactly(expected, start.toEpochMilli());
    }

    @Test
    void anEmptyLedgerSaysThatNothingWasUsed() {
        JdbcBalances balances = new JdbcBalances(database);
        for (Kind kind : Kind.values()) {
            Subject subject = new Subject(kind, kind == Kind.GLOBAL ? "" : "nobody");
            assertThat(balances.total(subject, 0)).isEqualTo(Amounts.NONE);
            assertThat(balances.quarters(subject, 0)).isEmpty();
            assertThat(balances.calls(subject, 17)).isEmpty();
        }
        assertThat(balances.adjustments("any", 0)).isEmpty();
        assertThatThrownBy(() -> balances.total(Subject.GLOBAL, 17))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("fromMillis: 17 (expected: a whole quarter of an hour)");
    }

    @Test
    void idsThatAreLongOrHardToStoreAreSubjectsOfTheirOwn() throws Exception {
        String length = "x".repeat(5_000);
        List<String> ids =
                List.of(length + "1", length + "2", "a\tb", "'; DROP TABLE subject_use; --", "zero\0", "ünïcödé 😀");
        RandomLines random = new RandomLines(32, START, TWO_DAYS);
        List<Line> lines = new ArrayList<>();
        for (String id : ids) {
            lines.add(Corrections.withEndUserAndTag(random.call(), id, id));
        }
        write("first", lines);

        ExpectedUse expected = new ExpectedUse(lines);
        JdbcBalances balances = new JdbcBalances(database);
        for (int i = 0; i < ids.size(); i++) {
            Subject tag = new Subject(Kind.TAG, ids.get(i));
            Subject endUser = Subject.endUser(lines.get(i).principal().tenant(), ids.get(i));
            for (Subject subject : List.of(tag, endUser)) {
                assertThat(balances.total(subject, 0)).isEqualTo(expected.total(subject, 0));
                assertThat(balances.total(subject, 0).requests()).isEqualTo(1);
                assertThat(ExpectedUse.moments(balances.calls(subject, 0))).isEqualTo(expected.moments(subject, 0));
            }
        }
        assertThat(new LedgerAudit(database, problem -> {}).verify().sumProblems())
                .isZero();
    }

    @Test
    void linesWithoutUlidsAreFoundByTheirAdmission() throws Exception {
        List<Line> lines = List.of(Corrections.withId(new RandomLines(33, START, TWO_DAYS).attempt(), "not-a-ulid"));
        write("first", lines);

        assertThatAllAreThoseOf(lines, 20);
    }

    @Test
    void whatIsInTheJournalIsInTheBooksAfterWaiting() {
        List<Line> lines = new RandomLines(34, START, TWO_DAYS).lines(3_000);
        try (Journal journal = openJournal();
                LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
            AtomicBoolean stop = new AtomicBoolean();
            JdbcBalances balances = new JdbcBalances(database);
            for (int from = 0; from < 2_000; from += 500) {
                lines.subList(from, from + 500).forEach(journal::append);
                assertThat(writer.awaitWritten(LONG)).isTrue();
                assertThat(balances.total(Subject.GLOBAL, 0))
                        .isEqualTo(new ExpectedUse(lines.subList(0, from + 500)).total(Subject.GLOBAL, 0));
            }

            // Lines that keep coming don't keep the waiting one.
            Thread others = Thread.ofPlatform().start(() -> {
                for (int i = 2_000; i < 3_000 && !stop.get(); i++) {
                    journal.append(lines.get(i));
                    LockSupport.parkNanos(1_000_000);
                }
            });
            assertThat(writer.awaitWritten(LONG)).isTrue();
            stop.set(true);
            join(others);
        }
    }

    @Test
    void howFarJournalsAreWrittenBelongsToWhatIsReadAtOnce() {
        List<Line> lines = new RandomLines(36, START, TWO_DAYS).lines(2_000);
        Balances balances = new JdbcBalances(database);
        assertThat(balances.written()).isEmpty();
        try (Journal journal = openJournal();
                LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
            List<Long> places = new ArrayList<>();
            boolean isWritten = false;
            while (!isWritten) {
                for (int i = 0; i < 20 && places.size() < lines.size(); i++) {
                    places.add(journal.append(lines.get(places.size())));
                }
                Map.Entry<Amounts, Long> read = balances.atOnce(moment -> Map.entry(
                        moment.total(Subject.GLOBAL, 0), moment.written().getOrDefault(journal.instance(), 0L)));

                long reaches = read.getValue();
                int count =
                        (int) places.stream().filter(place -> place <= reaches).count();
                assertThat(read.getKey()).isEqualTo(new ExpectedUse(lines.subList(0, count)).total(Subject.GLOBAL, 0));
                isWritten = count == lines.size();
            }
            assertThat(writer.awaitWritten(LONG)).isTrue();
            assertThat(journal.committedTo()).isGreaterThanOrEqualTo(places.getLast());
        }
    }

    @Test
    void aJournalThatBeginsAnewUnderItsNameIsNotTakenForWritten() throws Exception {
        try (LedgerSession session = LedgerSession.open(database, "gateway-1")) {
            session.write(List.of(), new JournalPosition(9, 4_000));
            session.commit();
        }
        Path wiped = Files.createDirectory(folder.resolve("wiped"));
        try (Journal journal =
                        Journal.open(wiped, JournalSettings.DEFAULT.withInstance("gateway-1"), Clock.systemUTC());
                LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime)) {
            long place = journal.append(new RandomLines(37, START, TWO_DAYS).call());

            assertThat(writer.awaitWritten(LONG)).isTrue();

            assertThat(new JdbcBalances(database).written()).containsExactly(Map.entry("gateway-1", place));
        }
    }

    @Test
    void waitingForAWriterThatHasEndedIsInVain() {
        try (Journal journal = openJournal()) {
            LedgerWriter writer = LedgerWriter.start(journal, database, System::nanoTime);
            writer.close();
            assertThat(writer.awaitWritten(LONG)).isTrue();

            journal.append(new RandomLines(35, START, TWO_DAYS).call());

            assertThat(writer.awaitWritten(LONG)).isFalse();
        }
    }

    @Test
    void adjustmentsAreBookedOnceAndReadInOrder() {
        Adjustments adjustments = new Adjustments(database);
        Adjustment late = new Adjustment("a-1", "cost/tenant:acme", 2_000, -700);
        Adjustment early = new Adjustment("a-2", "cost/tenant:acme", 1_000, Long.MAX_VALUE);
        Adjustment other = new Adjustment("a-3", "cost/tenant:globex", 1_500, 3);

        assertThat(adjustments.add(late, "reset", "master")).isTrue();
        assertThat(adjustments.add(early, "edited", "key_1")).isTrue();
        assertThat(adjustments.add(other, "", "")).isTrue();
        assertThat(adjustments.add(late, "tried again", "master")).isFalse();
        Adjustment same = new Adjustment("a-1", "cost/tenant:acme", 2_000, -701);
        assertThatThrownBy(() -> adjustments.add(same, "reset", "master"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a-1");

        JdbcBalances balances = new JdbcBalances(database);
        assertThat(balances.adjustments("cost/tenant:acme", 0)).containsExactly(early, late);
        assertThat(balances.adjustments("cost/tenant:acme", 1_001)).containsExactly(late);
        assertThat(balances.adjustments("cost/tenant:globex", 1_500)).containsExactly(other);
        assertThat(balances.adjustments("cost", 0)).isEmpty();
    }

    @Test
    void aLedgerFromBeforeIsSummedWhenItIsOpened() throws Exception {
        List<Line> lines = linesOfEveryKind(36, 600);
        writeByTwo(lines);
        database.write(handle -> {
            for (String statement : List.of(
                    "DROP TABLE subject_use",
                    "DROP TABLE subject_use_filled",
                    "DROP TABLE adjustment",
                    "ALTER TABLE ledger_span DROP COLUMN took_millis")) {
                handle.execute(statement);
            }
            return handle.createScript(migration()).execute();
        });
        database.close();

        database = Database.open(folder, url, Database.Access.SERVE);

        assertThatAllAreThoseOf(lines, 40);
        assertThat(new LedgerAudit(database, problem -> {}).verify().sumProblems())
                .isZero();
        // What comes later is added to it.
        List<Line> more = new RandomLines(37, START, TWO_DAYS).lines(200);
        write("first", more);
        more.addAll(lines);
        assertThatAllAreThoseOf(more, 20);
    }

    @Test
    void wrongSumsAreFoundAndReplaced() throws Exception {
        List<Line> lines = linesOfEveryKind(38, 400);
        writeByTwo(lines);
        database.write(handle -> handle.execute("UPDATE subject_use SET charged_cost = charged_cost + 1"
                + " WHERE kind = 'tenant' AND subject = 'acme' AND writer = 'first'"));
        database.write(handle -> handle.execute("DELETE FROM subject_use WHERE kind = 'global'"));
        database.write(handle ->
                handle.execute("INSERT INTO subject_use VALUES ('tag', 'ghost', 900000, 'first', 1, 0, 0, 0, 0, 0)"));
        List<String> problems = new ArrayList<>();

        LedgerAudit.Result found = new LedgerAudit(database, problems::add).verify();

        assertThat(found.sound()).isFalse();
        assertThat(found.rollupProblems()).isZero();
        assertThat(problems)
                .hasSize((int) (found.lineProblems() + found.useProblems()))
                .contains("use of tag 'ghost' in 1970-01-01T00:15:00Z is Amounts[requests=1, inputTokens=0, "
                        + "outputTokens=0, providerCost=0, chargedCost=0, toolCalls=0] (expected: " + Amounts.NONE
                        + ")");
        assertThat(new LedgerAudit(database, problem -> {}).rebuild().useProblems())
                .isEqualTo(found.useProblems());
        assertThat(new LedgerAudit(database, problem -> {}).verify().sumProblems())
                .isZero();
        assertThatAllAreThoseOf(lines, 40);
    }

    @Test
    void booksThatCantBeReadAreSaid() {
        Database closed = database;
        closed.close();

        assertThatThrownBy(() -> new JdbcBalances(closed).total(Subject.GLOBAL, 0))
                .isInstanceOf(BalancesUnavailableException.class)
                .hasMessageContaining("the books can't be read");
        database = Database.open(folder, url, Database.Access.SERVE);
    }

    /** The SQL that made the tables of this test from the version before, whatever versions there are since. */
    private String migration() {
        String file = "/db/migration/" + (database.kind() == Database.Kind.SQLITE ? "sqlite" : "postgresql")
                + "/V3__balances.sql";
        try (InputStream sql = Database.class.getResourceAsStream(file)) {
            return new String(Objects.requireNonNull(sql).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertThatAllAreThoseOf(List<Line> lines, int subjectsMax) {
        List<Subject> subjects = new ArrayList<>(ExpectedUse.subjects(lines));
        Random random = new Random(7);
        Collections.shuffle(subjects, random);
        subjects.addFirst(Subject.GLOBAL);
        ExpectedUse expected = new ExpectedUse(lines);
        JdbcBalances balances = new JdbcBalances(database);
        for (Subject subject : subjects.subList(0, Math.min(subjectsMax, subjects.size()))) {
            long moment = START.toEpochMilli() + (long) (random.nextDouble() * TWO_DAYS);
            for (long from : List.of(0L, moment - moment % QUARTER)) {
                assertThat(balances.total(subject, from)).as("%s", subject).isEqualTo(expected.total(subject, from));
                assertThat(balances.quarters(subject, from))
                        .as("%s", subject)
                        .isEqualTo(expected.quarters(subject, from));
            }
            assertThat(ExpectedUse.moments(balances.calls(subject, moment)))
                    .as("%s from %s", subject, moment)
                    .isEqualTo(expected.moments(subject, moment));
        }
    }

    /** Calls, attempts, corrections of both, some with other subjects, and one of a line that is not there. */
    private static List<Line> linesOfEveryKind(long seed, int count) {
        RandomLines random = new RandomLines(seed, START, TWO_DAYS);
        List<Line> lines = new ArrayList<>(random.lines(count));
        for (int i = 0; i < count; i += 13) {
            Line correction = Corrections.of(lines.get(i), random.call().id());
            lines.add(i % 2 == 0 ? correction : Corrections.withEndUserAndTag(correction, "another", "another tag"));
        }
        lines.add(Corrections.of(random.call(), random.call().id()));
        return lines;
    }

    /** Each writes most of the lines, many of which the other has written before. */
    private void writeByTwo(List<Line> lines) throws SQLException {
        int third = lines.size() / 3;
        write("first", lines.subList(0, 2 * third));
        write("second", lines.subList(third, lines.size()));
        write("first", lines);
    }

    private void write(String writer, List<Line> lines) throws SQLException {
        try (LedgerSession session = LedgerSession.open(database, writer)) {
            for (int at = 0; at < lines.size(); at += 170) {
                session.writeAndCommit(lines.subList(at, Math.min(lines.size(), at + 170)), JournalPosition.START);
            }
        }
    }

    private Journal openJournal() {
        return Journal.open(
                folder.resolve("journal"),
                new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(20), 1 << 20, 64L << 20, "", ""),
                Clock.systemUTC());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
