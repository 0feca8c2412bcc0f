package dev.mizan.ledger;

import static dev.mizan.ledger.SampleEntries.id;
import static dev.mizan.ledger.SampleEntries.intent;
import static dev.mizan.ledger.SampleEntries.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.ledger.JournalSettings.Fsync;
import dev.mizan.money.NanoUsd;
import dev.mizan.usage.UsageSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final JournalSettings SMALL =
            new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(10), 64 << 10, 16L << 20, "", "eu-1");

    @TempDir
    Path folder;

    @Test
    void linesComeOutInTheOrderTheyWentIn() {
        List<Line> written = new ArrayList<>();
        try (Journal journal = open()) {
            for (int i = 0; i < 50; i++) {
                Line line = call(journal);
                written.add(line);
            }

            assertThat(read(journal.reader(JournalPosition.START))).isEqualTo(written);
        }
        try (Journal journal = open()) {
            assertThat(read(journal.reader(JournalPosition.START))).isEqualTo(written);
        }
    }

    @Test
    void anIntentWithoutAnEndBecomesAnUnresolvedLineAtTheReservedAmounts() {
        String request = id();
        String attempt = id();
        Intent intent = intent(request, attempt);
        try (Journal journal = open()) {
            call(journal);
            journal.append(intent);
            String released = id();
            journal.append(intent(id(), released));
            journal.append(new Release(released, 1));
        }

        try (Journal journal = open()) {
            List<Line> lines = read(journal.reader(JournalPosition.START));

            assertThat(lines).hasSize(2);
            Line line = lines.getLast();
            assertThat(line.id()).isEqualTo(request);
            assertThat(line.kind()).isEqualTo(Line.Kind.CALL);
            assertThat(line.attemptId()).isEqualTo(attempt);
            assertThat(line.outcome().status()).isEqualTo(Outcome.Status.UNRESOLVED);
            assertThat(line.usageSource()).isEqualTo(UsageSource.ASSUMED);
            assertThat(line.usage()).isEqualTo(intent.bound());
            assertThat(line.cost().provider()).isEqualTo(intent.reservedProvider());
            assertThat(line.cost().charged()).isEqualTo(intent.reservedCharged());
            assertThat(line.cost().receipt().totalCost()).isEqualTo(intent.reservedProvider());
            assertThat(line.admittedAtMillis()).isEqualTo(intent.admittedAtMillis());
            assertThat(journal.openIntents()).isZero();
        }
        try (Journal journal = open()) {
            assertThat(read(journal.reader(JournalPosition.START))).as("once").hasSize(2);
        }
    }

    @Test
    void ofSeveralOpenAttemptsOneIsTheCallAndChargedOnce() {
        String request = id();
        String first = id();
        String second = id();
        try (Journal journal = open()) {
            journal.append(intent(request, first));
            journal.append(intent(request, second));
        }

        try (Journal journal = open()) {
            List<Line> lines = read(journal.reader(JournalPosition.START));

            assertThat(lines).extracting(Line::id).containsExactly(first, request);
            assertThat(lines).extracting(Line::kind).containsExactly(Line.Kind.ATTEMPT, Line.Kind.CALL);
            assertThat(lines.getFirst().cost().charged()).isEqualTo(NanoUsd.ZERO);
        }
    }

    @Test
    void anOpenAttemptOfAnAnsweredCallIsAnAttempt() {
        String request = id();
        String lost = id();
        String answered = id();
        try (Journal journal = open()) {
            journal.append(intent(request, lost));
            journal.append(intent(request, answered));
            journal.append(line(request, answered));
        }

        try (Journal journal = open()) {
            List<Line> lines = read(journal.reader(JournalPosition.START));

            assertThat(lines).extracting(Line::id).containsExactly(request, lost);
            assertThat(lines).extracting(Line::kind).containsExactly(Line.Kind.CALL, Line.Kind.ATTEMPT);
        }
    }

    @Test
    void anAppendSaysUpToWhereTheJournalReaches() {
        JournalSettings small = new JournalSettings(Fsync.NEVER, Duration.ofMillis(100), 64 << 10, 1L << 30, "", "");
        try (Journal journal = Journal.open(folder, small, Clock.systemUTC())) {
            List<Long> places = new ArrayList<>();
            JournalReader reader = journal.reader(JournalPosition.START);
            for (int i = 0; i < 300; i++) {
                awaitTrue(journal::writable);
                places.add(journal.append(line(id(), id())));

                assertThat(reader.read(1, line -> {})).isEqualTo(1);
                assertThat(reader.position().number()).isEqualTo(places.getLast());
            }
            assertThat(places).isSorted().doesNotHaveDuplicates();
            reader.committed();
            assertThat(journal.committedTo()).isEqualTo(places.getLast());
        }
    }

    @Test
    void readingGoesOnFromThePositionThatWasCommitted() {
        JournalPosition position;
        List<Line> later = new ArrayList<>();
        try (Journal journal = open()) {
            for (int i = 0; i < 300; i++) {
                call(journal);
            }
            JournalReader reader = journal.reader(JournalPosition.START);
            assertThat(reader.read(250, line -> {})).isEqualTo(250);
            position = reader.position();
            reader.read(1_000, later::add);
            assertThat(later).hasSize(50);
        }
        try (Journal journal = open()) {
            // In this order: what lies before a reader's position may be freed as soon as there is that reader.
            assertThat(read(journal.reader(new JournalPosition(999, 64)))).hasSize(300);
            assertThat(read(journal.reader(position))).isEqualTo(later);
            assertThat(journal.backlogLines()).isEqualTo(50);
        }
    }

    @Test
    void aLaterReaderKnowsWhatIsLeftAlthoughSegmentsWereFreed() {
        try (Journal journal = open()) {
            JournalReader first = journal.reader(JournalPosition.START);
            for (int i = 0; i < 600; i++) {
                call(journal);
                first.read(10, line -> {});
                first.committed();
            }
            awaitTrue(() -> segmentFiles() <= 4);
            call(journal);
            assertThat(journal.backlogLines()).isEqualTo(1);

            JournalReader second = journal.reader(first.position());

            assertThat(journal.backlogLines()).isEqualTo(1);
            assertThat(read(second)).hasSize(1);
            second.committed();
            assertThat(journal.backlogLines()).isZero();
        }
    }

    @Test
    void committedSegmentsAreFreedAndOpenIntentsOutliveThem() throws Exception {
        Intent pinned = intent(id(), id());
        try (Journal journal = open()) {
            journal.append(pinned);
            JournalReader reader = journal.reader(JournalPosition.START);
            for (int i = 0; i < 3_000; i++) {
                call(journal);
                reader.read(10, line -> {});
                reader.committed();
            }

            assertThat(journal.backlogLines()).isZero();
            awaitTrue(() -> segmentFiles() <= 4);
            // The open intent is carried on whenever its segment is to be freed, and is passed over then.
            awaitTrue(() -> {
                reader.read(10, line -> {});
                reader.committed();
                return journal.backlogBytes() == 0;
            });
        }
        try (Journal journal = open()) {
            List<Line> lines = read(journal.reader(JournalPosition.START));

            assertThat(lines.getLast().id()).isEqualTo(pinned.requestId());
            assertThat(lines.getLast().outcome().status()).isEqualTo(Outcome.Status.UNRESOLVED);
            assertThat(lines)
                    .filteredOn(line -> line.id().equals(pinned.requestId()))
                    .hasSize(1);
        }
    }

    @Test
    void whenTheDatabaseStaysAwayNewCallsAreRefusedAndThoseInFlightGetTheirLines() {
        JournalSettings tiny = new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(10), 64 << 10, 256 << 10, "", "");
        try (Journal journal = Journal.open(folder, tiny, Clock.systemUTC())) {
            List<Intent> inFlight = new ArrayList<>();
            JournalUnavailableException refusal = null;
            while (refusal == null) {
                Intent intent = intent(id(), id());
                try {
                    journal.append(intent);
                    inFlight.add(intent);
                } catch (JournalUnavailableException e) {
                    if (e.toString().contains("limit")) {
                        refusal = e;
                    }
                }
            }
            assertThat(refusal).hasMessageContaining("limit of 262144 bytes");
            assertThat(journal.writable()).isFalse();
            assertThat(inFlight).hasSizeGreaterThan(50);

            for (Intent intent : inFlight) {
                journal.append(line(intent.requestId(), intent.attemptId()));
            }

            JournalReader reader = journal.reader(JournalPosition.START);
            assertThat(read(reader)).hasSize(inFlight.size());
            reader.committed();
            awaitTrue(journal::writable);
            call(journal);
            awaitTrue(() -> journal.trouble().isEmpty());
        }
    }

    @Test
    void aSecondOwnerOfAnInstanceIsRefused() {
        JournalSettings named = SMALL.withInstance("mizan-0");
        try (Journal journal = Journal.open(folder, named, Clock.systemUTC())) {
            assertThat(journal.instance()).isEqualTo("mizan-0");
            assertThatThrownBy(() -> Journal.open(folder, named, Clock.systemUTC()))
                    .isInstanceOf(FolderLockedException.class)
                    .hasMessageContaining("mizan-0")
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
        }
        Journal.open(folder, named, Clock.systemUTC()).close();
    }

    @Test
    void aFreeFolderIsTakenAgainAndAnOwnedOneIsNot() {
        String first;
        try (Journal journal = open()) {
            first = journal.instance();
            try (Journal other = open()) {
                assertThat(other.instance()).isNotEqualTo(first);
            }
        }
        try (Journal journal = open()) {
            assertThat(journal.instance()).isIn(first, journal.instance());
        }
    }

    @Test
    void orphanedFoldersAreAdoptedAndRemoved() throws Exception {
        Line done;
        Intent lost = intent(id(), id());
        try (Journal journal = Journal.open(folder, SMALL.withInstance("a"), Clock.systemUTC())) {
            done = call(journal);
            journal.append(lost);
        }

        try (Journal journal = Journal.open(folder, SMALL.withInstance("b"), Clock.systemUTC())) {
            List<Line> lines = read(journal.reader(JournalPosition.START));

            assertThat(lines).extracting(Line::id).containsExactly(done.id(), lost.requestId());
            assertThat(lines.getLast().outcome().status()).isEqualTo(Outcome.Status.UNRESOLVED);
            assertThat(folder.resolve("a")).doesNotExist();
        }
    }

    @Test
    void underFsyncEachActionsRunAfterAFlushAndInOrder() throws Exception {
        JournalSettings each = SMALL.withFsync("each");
        try (Journal journal = Journal.open(folder, each, Clock.systemUTC())) {
            CountDownLatch done = new CountDownLatch(100);
            List<Integer> order = new ArrayList<>();
            Thread caller = Thread.currentThread();
            for (int i = 0; i < 100; i++) {
                int number = i;
                call(journal);
                journal.whenDurable(() -> {
                    assertThat(Thread.currentThread()).isNotSameAs(caller);
                    order.add(number);
                    done.countDown();
                });
            }

            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(order).isSorted().hasSize(100);
        }
    }

    @Test
    void otherwiseActionsRunAtOnce() {
        try (Journal journal = open()) {
            List<String> ran = new ArrayList<>();
            journal.whenDurable(() -> ran.add("at once"));

            assertThat(ran).containsExactly("at once");
        }
    }

    @Test
    void entriesBeyondTheLongestAreRefused() {
        try (Journal journal = open()) {
            Intent intent = intent(id(), id());
            Intent tooLong = new Intent(
                    intent.attemptId(),
                    intent.requestId(),
                    "",
                    1,
                    1,
                    Principal.MASTER.withEndUser("x".repeat(9_000)),
                    intent.call(),
                    intent.target(),
                    intent.bound(),
                    NanoUsd.ZERO,
                    NanoUsd.ZERO,
                    List.of());

            assertThatThrownBy(() -> journal.append(tooLong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: at most 16384, half that for an intent");
            assertThat(journal.openIntents()).isZero();
        }
    }

    @Test
    void aClosedJournalRefuses() {
        Journal journal = open();
        journal.close();
        journal.close();

        assertThat(journal.writable()).isFalse();
        assertThatThrownBy(() -> journal.append(new Release(id(), 1))).isInstanceOf(JournalUnavailableException.class);
    }

    private Journal open() {
        return Journal.open(folder, SMALL, Clock.systemUTC());
    }

    private static Line call(Journal journal) {
        awaitTrue(journal::writable);
        String id = id();
        String attempt = id();
        journal.append(intent(id, attempt));
        Line line = line(id, attempt);
        journal.append(line);
        return line;
    }

    private static List<Line> read(JournalReader reader) {
        List<Line> lines = new ArrayList<>();
        reader.read(Integer.MAX_VALUE, lines::add);
        return lines;
    }

    private long segmentFiles() {
        return Await.files(folder, ".segment");
    }

    private static void awaitTrue(BooleanSupplier condition) {
        Await.until(condition);
    }
}
