package dev.mizan.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.ledger.JournalSettings.Fsync;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JournalSettingsTest {
    @Test
    void fsyncIsEachNeverOrADuration() {
        assertThat(JournalSettings.DEFAULT.withFsync("each").fsync()).isEqualTo(Fsync.EACH);
        assertThat(JournalSettings.DEFAULT.withFsync("never").fsync()).isEqualTo(Fsync.NEVER);
        assertThat(JournalSettings.DEFAULT.withFsync("250ms").flushInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(JournalSettings.DEFAULT.withFsync("1s").flushInterval()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void otherFsyncValuesAreRefused() {
        for (String wrong : new String[] {"", "always", "100", "0ms", "11s", "-1ms", "1m"}) {
            assertThatThrownBy(() -> JournalSettings.DEFAULT.withFsync(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: ");
        }
    }

    @Test
    void instanceNamesAreFolderNames() {
        assertThat(JournalSettings.DEFAULT.withInstance("mizan-0").instance()).isEqualTo("mizan-0");
        for (String wrong : new String[] {"..", "a/b", "-a", " ", "ü"}) {
            assertThatThrownBy(() -> JournalSettings.DEFAULT.withInstance(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void sizesHaveBounds() {
        assertThatThrownBy(() -> settings((64 << 10) - 1, 1L << 30)).hasMessageContaining("segment_bytes");
        assertThatThrownBy(() -> settings(64 << 10, 262_143)).hasMessageContaining("max_bytes");
        assertThat(settings(64 << 10, 262_144).totalBytesMax()).isEqualTo(262_144);
    }

    private static JournalSettings settings(int segmentBytes, long totalBytesMax) {
        return new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(100), segmentBytes, totalBytesMax, "", "");
    }
}
