package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.store.Database;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A journal that can take no more refuses calls before anything is sent, loses nothing, and recovers by itself. */
class JournalFullTest {
    private static final int CALLS_MAX = 20_000;
    private static final String SEGMENTS = "segment_bytes: 256KiB";

    @TempDir
    Path folder;

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start().forget();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void aJournalAtItsLimitRefusesAndRecovers() throws Exception {
        configure("journal: {" + SEGMENTS + ", max_bytes: 1MiB}");
        try (GatewayChild gateway = GatewayChild.start(folder)) {
            fillAndRecover(gateway.port(), () -> {});
        }
    }

    @Test
    @EnabledIf("canMountOwnDisk")
    void aFullDiskRefusesAndRecovers() throws Exception {
        configure("journal: {" + SEGMENTS + "}");
        Path journal = Files.createDirectories(folder.resolve("data/journal"));
        String mount = "mount -t tmpfs -o size=3m tmpfs '" + journal + "' && exec \"$0\" \"$@\"";
        try (GatewayChild gateway = GatewayChild.startWith(folder, "unshare", "-m", "sh", "-c", mount)) {
            Path disk = Path.of("/proc/" + gateway.pid() + "/root" + journal);
            Path ballast = disk.resolve("ballast");
            fill(ballast);
            fillAndRecover(gateway.port(), () -> Files.delete(ballast));
        }
    }

    static boolean canMountOwnDisk() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt").start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** Something that a test does to a disk. */
    private interface Relief {
        void run() throws IOException;
    }

    /** With the database locked the journal fills; calls are refused; then all that was answered is booked. */
    private void fillAndRecover(int port, Relief relief) throws Exception {
        Set<String> answered = new TreeSet<>();
        try (Connection other = DriverManager.getConnection(
                        "jdbc:sqlite:" + folder.resolve("data").resolve(Database.FILE));
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
            Reply refused = callUntilRefused(port, answered);

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.errorCode()).isEqualTo("journal_unavailable");
            assertThat(refused.header("retry-after")).isNotEmpty();
            int sent = upstream.requests();
            for (int i = 0; i < 50; i++) {
                assertThat(call(port, i).status()).isEqualTo(503);
            }
            assertThat(upstream.requests())
                    .as("nothing is sent that can't be booked")
                    .isEqualTo(sent);
            assertThat(sent).isEqualTo(answered.size());
            statement.execute("ROLLBACK");
        }
        relief.run();
        Reply good = Await.present("a call that is served again", () -> {
            Reply reply = quietCall(port);
            return reply.status() == 200 ? Optional.of(reply) : Optional.empty();
        });
        answered.add(good.requestId());

        try (Books books = Books.open(folder.resolve("data"))) {
            books.awaitCount(Line.Kind.CALL, answered.size());
            assertThat(books.all().stream().map(Line::id).collect(Collectors.toSet()))
                    .isEqualTo(answered);
            books.assertRollupsAreSums();
        }
    }

    /** Calls until that is refused and stays so: a single refusal may only mean that a segment is being made. */
    private static Reply callUntilRefused(int port, Set<String> answered) throws IOException {
        int refused = 0;
        for (int i = 0; i < CALLS_MAX; i++) {
            Reply reply = call(port, i);
            if (reply.status() == 200) {
                assertThat(reply.whole()).isTrue();
                answered.add(reply.requestId());
                refused = 0;
            } else if (++refused == 100) {
                return reply;
            }
        }
        throw new AssertionError("the journal took " + CALLS_MAX + " calls");
    }

    private static Reply call(int port, int i) throws IOException {
        try (Caller caller = new Caller(port, Gateway.MASTER_KEY)) {
            return caller.post("/v1/chat/completions", i % 2 == 0 ? Calls.chat("once") : Calls.stream("once"))
                    .reply();
        }
    }

    private static Reply quietCall(int port) {
        try {
            return call(port, 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void configure(String journal) throws IOException {
        Path file = Gateway.write(folder, Gateway.models(upstream) + Gateway.PRICES, "");
        String yaml = Files.readString(file);
        Files.writeString(file, yaml.replace("database_url: \"\"}", "database_url: \"\", " + journal + "}"));
    }

    private static void fill(Path ballast) throws IOException {
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            // Full, as it should be.
            assertThat(Files.size(ballast)).isPositive();
        }
    }
}
