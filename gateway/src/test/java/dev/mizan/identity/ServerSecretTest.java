package dev.mizan.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerSecretTest {
    @TempDir
    Path folder;

    @Test
    void theFirstStartMakesAFileThatOnlyItsOwnerReads() throws IOException {
        byte[] secret = ServerSecret.open("", folder.resolve("data"));

        Path file = folder.resolve("data").resolve(ServerSecret.FILE);
        assertThat(secret).hasSize(64);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ServerSecret.open("", folder.resolve("data"))).isEqualTo(secret);
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFileThatOthersMayReadIsClosedToThem() throws IOException {
        byte[] secret = ServerSecret.open("", folder);
        Path file = folder.resolve(ServerSecret.FILE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(ServerSecret.open("", folder)).isEqualTo(secret);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void theVariableComesFirstAndTouchesNoFile() {
        String given = "v".repeat(32);

        assertThat(ServerSecret.open(given, folder.resolve("none"))).isEqualTo(given.getBytes(StandardCharsets.UTF_8));
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void aShortSecretIsRefusedWithoutBeingRepeated() throws IOException {
        assertThatThrownBy(() -> ServerSecret.open("s".repeat(31), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MIZAN_SECRET")
                .hasMessageNotContaining("sss");
        Files.writeString(folder.resolve(ServerSecret.FILE), "short");
        assertThatThrownBy(() -> ServerSecret.open("", folder)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void processesThatStartAtOnceAgree() throws InterruptedException {
        Set<String> secrets = ConcurrentHashMap.newKeySet();
        List<Thread> threads = Stream.generate(() -> Thread.ofPlatform()
                        .start(() -> secrets.add(new String(ServerSecret.open("", folder), StandardCharsets.US_ASCII))))
                .limit(8)
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(secrets).hasSize(1);
    }
}
