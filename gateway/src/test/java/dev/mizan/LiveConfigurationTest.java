package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.config.ConfigurationException;
import dev.mizan.messages.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LiveConfigurationTest {
    private final ConfigurationReader reader = new ConfigurationReader(name -> Optional.empty());

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aChangedFileIsInForceSoon() throws Exception {
        Path file = write("region: a");
        CountDownLatch changed = new CountDownLatch(1);
        try (LiveConfiguration live = new LiveConfiguration(() -> reader.file(file), Optional.of(file), read -> read)) {
            live.follow(read -> changed.countDown());
            assertThat(live.current().region()).isEqualTo("a");

            write("region: b2");

            assertThat(changed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aChangeThatCanNotBeAppliedIsRefused() throws IOException {
        Path file = write("region: a");
        try (LiveConfiguration live = new LiveConfiguration(() -> reader.file(file), Optional.of(file), read -> read)) {
            live.follow(read -> {
                if (read.region().equals("b")) {
                    throw new IllegalStateException("no");
                }
            });
            write("region: b");
            live.reload();
            assertThat(live.current().region()).isEqualTo("a");

            write("region: c");
            live.reload();
            assertThat(live.current().region()).isEqualTo("c");
        }
    }

    @Test
    void aBadFileIsRefusedAndTheOldOneStays() throws IOException {
        Path file = write("region: a");
        try (LiveConfiguration live = new LiveConfiguration(() -> reader.file(file), Optional.of(file), read -> read)) {
            write("regoin: b");
            live.reload();
            assertThat(live.current().region()).isEqualTo("a");

            Files.delete(file);
            live.reload();
            assertThat(live.current().region()).isEqualTo("a");

            write("region: c");
            live.reload();
            assertThat(live.current().region()).isEqualTo("c");
        }
    }

    @Test
    void whatHoldsFromStartToStopStays() throws IOException {
        Path file = write("{server: {port: 1}, master_key: k1, storage: {data: a}, language: en}");
        try (LiveConfiguration live = new LiveConfiguration(() -> reader.file(file), Optional.of(file), read -> read)) {
            write("{server: {port: 2}, master_key: k2, storage: {data: b}, language: tr}");
            live.reload();

            assertThat(live.current().server().port()).isEqualTo(1);
            assertThat(live.current().masterKey()).isEqualTo("k1");
            assertThat(live.current().storage().folder()).isEqualTo(Path.of("a"));
            assertThat(live.current().language()).isEqualTo(Language.TURKISH);
        }
    }

    @Test
    void theCommandLineStaysOverTheFile() throws IOException {
        Path file = write("language: en");
        try (LiveConfiguration live = new LiveConfiguration(
                () -> reader.file(file), Optional.of(file), read -> read.withFolder(Path.of("elsewhere")))) {
            write("language: ar");
            live.reload();

            assertThat(live.current().storage().folder()).isEqualTo(Path.of("elsewhere"));
            assertThat(live.current().language()).isEqualTo(Language.ARABIC);
        }
    }

    @Test
    void aBadFileAtTheStartIsThrown() throws IOException {
        Path file = write("regoin: b");

        assertThatThrownBy(() -> new LiveConfiguration(() -> reader.file(file), Optional.of(file), read -> read))
                .isInstanceOf(ConfigurationException.class);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("mizan.yaml"), text);
    }
}
