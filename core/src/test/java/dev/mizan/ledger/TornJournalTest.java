package dev.mizan.ledger;

import static dev.mizan.ledger.SampleEntries.id;
import static dev.mizan.ledger.SampleEntries.intent;
import static dev.mizan.ledger.SampleEntries.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.JournalSettings.Fsync;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a power failure or a failing disk may leave of a segment. */
class TornJournalTest {
    private static final JournalSettings SETTINGS =
            new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(10), 64 << 10, 16L << 20, "own", "");

    @TempDir
    Path folder;

    private final List<Line> lines = new ArrayList<>();
    private final List<Integer> beginnings = new ArrayList<>();
    private Path original;
    private int end;

    @BeforeEach
    void writeTenLines() throws Exception {
        Path written = folder.resolve("written");
        try (Journal journal = Journal.open(written, SETTINGS, Clock.systemUTC())) {
            JournalReader reader = journal.reader(JournalPosition.START);
            for (int i = 0; i < 10; i++) {
                Line line = line(id(), "");
                journal.append(line);
                lines.add(line);
                beginnings.add(reader.position().offset());
                reader.read(1, any -> {});
            }
            end = reader.position().offset();
        }
        original = segment(written);
    }

    @Test
    void theLastRecordCutAtEveryByteIsSkippedAndTheOthersAreRead() throws Exception {
        int last = beginnings.getLast();
        for (int cut = last; cut < end; cut++) {
            byte[] bytes = Files.readAllBytes(original);
            for (int i = cut; i < end; i++) {
                bytes[i] = 0;
            }
            // Cutting zeros off changes nothing.
            boolean whole = Arrays.equals(bytes, Files.readAllBytes(original));
            assertThat(reopened(bytes)).as("cut at %d", cut - last).isEqualTo(whole ? lines : lines.subList(0, 9));
        }
    }

    @Test
    void theLastRecordWithOneByteChangedAtEveryPlaceIsSkippedOrUnharmed() throws Exception {
        int last = beginnings.getLast();
        int body = last + Segment.RECORD_HEADER_BYTES;
        int bodyEnd = body + length(last);
        for (int at = last; at < bodyEnd; at++) {
            byte[] bytes = Files.readAllBytes(original);
            bytes[at] ^= 0x41;

            assertThat(reopened(bytes)).as("changed at %d", at - last).isEqualTo(lines.subList(0, 9));
        }
    }

    @Test
    void aChangedRecordInTheMiddleIsLostAloneAndTheRestIsRead() throws Exception {
        List<Line> others = new ArrayList<>(lines);
        others.remove(4);
        for (int at : new int[] {0, 1, 3, 4, 8, 9, 100}) {
            byte[] bytes = Files.readAllBytes(original);
            bytes[beginnings.get(4) + at] ^= 0x10;

            assertThat(reopened(bytes)).as("changed at %d", at).isEqualTo(others);
        }
    }

    @Test
    void aPageOfZerosInTheMiddleLosesOnlyWhatWasInIt() throws Exception {
        byte[] bytes = Files.readAllBytes(original);
        for (int i = beginnings.get(3) + 20; i < beginnings.get(6) + 20; i++) {
            bytes[i] = 0;
        }
        List<Line> others = new ArrayList<>(lines.subList(0, 3));
        others.addAll(lines.subList(7, 10));

        assertThat(reopened(bytes)).isEqualTo(others);
    }

    @Test
    void aDamagedHeaderLosesNothing() throws Exception {
        byte[] bytes = Files.readAllBytes(original);
        bytes[17] ^= 1;

        assertThat(reopened(bytes)).isEqualTo(lines);
    }

    @Test
    void recordsOfAFileThatWasUsedBeforeDoNotPass() throws Exception {
        byte[] bytes = Files.readAllBytes(original);
        try (Journal journal = Journal.open(folder.resolve("again"), SETTINGS, Clock.systemUTC())) {
            JournalReader reader = journal.reader(JournalPosition.START);
            // Long enough that files are freed and used again, over and over.
            for (int i = 0; i < 2_000; i++) {
                Await.until(journal::writable);
                String attempt = id();
                String request = id();
                journal.append(intent(request, attempt));
                journal.append(line(request, attempt));
                reader.read(10, any -> {});
                reader.committed();
            }
        }
        try (Journal journal = Journal.open(folder.resolve("again"), SETTINGS, Clock.systemUTC())) {
            List<Line> left = new ArrayList<>();
            journal.reader(JournalPosition.START).read(Integer.MAX_VALUE, left::add);
            assertThat(left.size()).isLessThan(200);
            assertThat(left).noneMatch(line -> line.outcome().status() == Outcome.Status.UNRESOLVED);
        }
        assertThat(reopened(bytes)).isEqualTo(lines);
    }

    @Test
    void whatWasTornOnceIsCutOff() throws Exception {
        byte[] bytes = Files.readAllBytes(original);
        bytes[beginnings.getLast() + 30] ^= 1;
        Path again = folder.resolve("cut");
        Path copy = again.resolve("own").resolve(original.getFileName());
        Files.createDirectories(copy.getParent());
        Files.write(copy, bytes);
        Journal.open(again, SETTINGS, Clock.systemUTC()).close();

        byte[] after = Files.readAllBytes(copy);
        for (int i = 0; i < 4; i++) {
            assertThat(after[beginnings.getLast() + i]).isZero();
        }
    }

    /** The lines that a process finds that starts on a segment of {@code bytes}. */
    private List<Line> reopened(byte[] bytes) throws IOException {
        Path again = Files.createTempDirectory(folder, "again");
        Path copy = again.resolve("own").resolve(original.getFileName());
        Files.createDirectories(copy.getParent());
        Files.write(copy, bytes);
        List<Line> found = new ArrayList<>();
        try (Journal journal = Journal.open(again, SETTINGS, Clock.systemUTC())) {
            journal.reader(JournalPosition.START).read(Integer.MAX_VALUE, found::add);
        }
        // Segments are big, and this is done hundreds of times.
        Path grave = folder.resolve("grave");
        Files.createDirectories(grave);
        try (Stream<Path> files = Files.list(copy.getParent())) {
            for (Path file : files.toList()) {
                Files.move(file, grave.resolve("file"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return found;
    }

    private int length(int record) throws IOException {
        byte[] bytes = Files.readAllBytes(original);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(record);
    }

    private static Path segment(Path journals) throws IOException {
        try (Stream<Path> files = Files.walk(journals)) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }
}
