package dev.mizan.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class ScalarsTest {
    @Test
    void readsDurations() {
        assertThat(Scalars.duration("0ms")).contains(Duration.ZERO);
        assertThat(Scalars.duration("100ms")).contains(Duration.ofMillis(100));
        assertThat(Scalars.duration("30s")).contains(Duration.ofSeconds(30));
        assertThat(Scalars.duration("5m")).contains(Duration.ofMinutes(5));
        assertThat(Scalars.duration("24h")).contains(Duration.ofHours(24));
        assertThat(Scalars.duration("5")).isEmpty();
        assertThat(Scalars.duration("-5s")).isEmpty();
        assertThat(Scalars.duration("1.5s")).isEmpty();
    }

    @Test
    void readsSizes() {
        assertThat(Scalars.bytes("20MB")).contains(20_000_000L);
        assertThat(Scalars.bytes("64MiB")).contains(64L << 20);
        assertThat(Scalars.bytes("512")).contains(512L);
        assertThat(Scalars.bytes("1 GB")).contains(1_000_000_000L);
        assertThat(Scalars.bytes("1Gb")).isEmpty();
        assertThat(Scalars.bytes("999999999999999TB")).isEmpty();
    }

    @Test
    void readsNumbersExactly() {
        assertThat(Scalars.number("0.1")).contains(new BigDecimal("0.1"));
        assertThat(Scalars.number("1e3")).contains(new BigDecimal("1e3"));
        assertThat(Scalars.number("1e999999999")).isEmpty();
        assertThat(Scalars.number("9".repeat(41))).isEmpty();
        assertThat(Scalars.number("0x10")).isEmpty();
    }

    @Property
    void wholeNumbersStayWhole(@ForAll @LongRange(min = 0) long number) {
        assertThat(Scalars.node(BigDecimal.valueOf(number)).isIntegralNumber()).isTrue();
        assertThat(Scalars.node(BigDecimal.valueOf(number)).asLong()).isEqualTo(number);
    }
}
