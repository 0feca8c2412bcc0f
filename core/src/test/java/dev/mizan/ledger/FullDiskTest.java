package dev.mizan.ledger;

import static dev.mizan.ledger.SampleEntries.id;
import static dev.mizan.ledger.SampleEntries.intent;
import static dev.mizan.ledger.SampleEntries.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mizan.ledger.JournalSettings.Fsync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, read-only or failing, and well again. */
class FullDiskTest {
    private static final JournalSettings SETTINGS =
            new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(10), 64 << 10, 16L << 20, "own", "");

    @TempDir
    Path folder;

    @Test
    void onAFullDiskNewCallsAreRefusedNothingIsLostAndItRecoversAlone() throws Exception {
        Path disk = mount("600k");
        try (Journal journal = Journal.open(disk.resolve("journal"), SETTINGS, Clock.systemUTC())) {
            Files.write(disk.resolve("ballast"), new byte[200 << 10]);
            List<Intent> inFlight = fill(journal);
            assertThat(journal.trouble()).containsIgnoringCase("no space");
            assertThat(journal.writable()).isFalse();

            for (Intent intent : inFlight) {
                journal.append(line(intent.requestId(), intent.attemptId()));
            }
            assertThat(read(journal)).hasSize(inFlight.size());

            Files.delete(disk.resolve("ballast"));
            Await.until(journal::writable);
            String request = id();
            journal.append(intent(request, "A"));
            journal.append(line(request, "A"));
            Await.until(() -> journal.trouble().isEmpty());
            assertThat(read(journal)).hasSize(inFlight.size() + 1);
        } finally {
            unmount(disk);
        }
    }

    @Test
    void aDiskThatIsFullAtTheStartIsSaidAndLeftUnlocked() throws Exception {
        Path disk = mount("200k");
        try {
            Files.write(disk.resolve("ballast"), new byte[150 << 10]);
            assertThatThrownBy(() -> Journal.open(disk.resolve("journal"), SETTINGS, Clock.systemUTC()))
                    .isInstanceOf(JournalUnavailableException.class)
                    .hasMessageContaining(disk.resolve("journal").toString());

            Files.delete(disk.resolve("ballast"));
            Journal.open(disk.resolve("journal"), SETTINGS, Clock.systemUTC()).close();
        } finally {
            unmount(disk);
        }
    }

    @Test
    void onADiskThatHasBecomeReadOnlyNewCallsAreRefusedUntilItIsWritableAgain() throws Exception {
        Path disk = mount("2m");
        try (Journal journal = Journal.open(disk.resolve("journal"), SETTINGS, Clock.systemUTC())) {
            // A mount with a file that is mapped for writing can't be made read-only: the folder alone is.
            Path shadow = Files.createDirectory(disk.resolve("shadow"));
            assumeTrue(run(
                    "mount",
                    "--bind",
                    shadow.toString(),
                    disk.resolve("journal/own").toString()));
            assumeTrue(run(
                    "mount",
                    "-o",
                    "remount,ro,bind",
                    disk.resolve("journal/own").toString()));
            List<Intent> inFlight = fill(journal);
            assertThat(journal.trouble()).containsIgnoringCase("read-only");

            assertThat(run("umount", disk.resolve("journal/own").toString())).isTrue();
            Await.until(journal::writable);
            for (Intent intent : inFlight) {
                journal.append(line(intent.requestId(), intent.attemptId()));
            }
            assertThat(read(journal)).hasSize(inFlight.size());
        } finally {
            unmount(disk);
        }
    }

    @Test
    void whileFlushesFailNewCallsAreRefusedAndNothingThatWaitsIsLetGo() throws Exception {
        FailingFiles files = new FailingFiles(folder.resolve("journal/own"), 64 << 10);
        InstanceFolder own = InstanceFolder.take(folder.resolve("journal"), "own", 0);
        try (Journal journal = Journal.open(own, files, SETTINGS.withFsync("each"))) {
            List<String> done = new ArrayList<>();
            Intent intent = intent(id(), id());
            journal.append(intent);
            files.failing = true;
            journal.whenDurable(() -> done.add("flushed"));
            Await.until(() -> !journal.trouble().isEmpty());
            assertThat(journal.writable()).isFalse();
            assertThat(journal.trouble()).isEqualTo("disk on fire");
            assertThatThrownBy(() -> journal.append(intent(id(), id())))
                    .isInstanceOf(JournalUnavailableException.class)
                    .hasMessageContaining("disk on fire");
            journal.append(line(intent.requestId(), intent.attemptId()));
            assertThat(done).isEmpty();

            files.failing = false;
            Await.until(() -> !done.isEmpty());
            Await.until(journal::writable);
            assertThat(done).containsExactly("flushed");
        }
    }

    private static final class FailingFiles extends SegmentFiles {
        private volatile boolean failing;

        FailingFiles(Path folder, int segmentBytes) {
            super(folder, segmentBytes);
        }

        @Override
        void force(Segment segment, int from, int to) throws IOException {
            if (failing) {
                throw new IOException("disk on fire");
            }
            super.force(segment, from, to);
        }
    }

    /** Opens calls until one is refused for good. */
    private static List<Intent> fill(Journal journal) {
        List<Intent> inFlight = new ArrayList<>();
        while (true) {
            Intent intent = intent(id(), id());
            try {
                journal.append(intent);
                inFlight.add(intent);
            } catch (JournalUnavailableException e) {
                if (!e.toString().contains("ready yet")) {
                    assertThat(inFlight).isNotEmpty();
                    return inFlight;
                }
            }
        }
    }

    private static List<Line> read(Journal journal) {
        List<Line> lines = new ArrayList<>();
        journal.reader(JournalPosition.START).read(Integer.MAX_VALUE, lines::add);
        return lines;
    }

    /** A small disk of its own, in memory; the test needs the right to mount one. */
    private Path mount(String size) throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString()),
                "no right to mount a file system");
        return disk;
    }

    private static void unmount(Path disk) throws Exception {
        run("umount", disk.resolve("journal/own").toString());
        run("umount", "--lazy", disk.toString());
    }

    private static boolean run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
