package dev.mizan.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.money.NanoUsd;
import dev.mizan.report.CostStatus.Level;
import dev.mizan.report.CostStatus.Share;
import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CostStatusTest {
    private static final Share NONE = new Share(NanoUsd.ZERO, NanoUsd.ZERO);

    @Property
    void theLevelIsByTheExactShare(
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE / 2) long cost,
            @ForAll @LongRange(min = 1, max = Long.MAX_VALUE / 2) long limit) {
        Share share = new Share(NanoUsd.ofNanos(cost), NanoUsd.ofNanos(limit));
        BigDecimal exact = BigDecimal.valueOf(cost).divide(BigDecimal.valueOf(limit), 40, RoundingMode.DOWN);

        Level expected = exact.compareTo(BigDecimal.ONE) >= 0
                ? Level.EXCEEDED
                : exact.compareTo(new BigDecimal("0.9")) >= 0
                        ? Level.CRITICAL
                        : exact.compareTo(new BigDecimal("0.75")) >= 0 ? Level.WARNING : Level.OK;
        assertThat(CostStatus.of(share, NONE).level()).isEqualTo(expected);
        assertThat(CostStatus.of(NONE, share).level()).isEqualTo(expected);
        NanoUsd left = share.remaining().orElseThrow();
        assertThat(left.nanos()).isEqualTo(Math.max(0, limit - cost));
        assertThat(share.percentage().orElseThrow().scale()).isEqualTo(2);
    }

    @Test
    void withoutALimitThereIsNoShare() {
        Share spent = new Share(NanoUsd.ofNanos(5), NanoUsd.ZERO);

        assertThat(CostStatus.of(spent, spent).level()).isEqualTo(Level.OK);
        assertThat(spent.percentage()).isEmpty();
        assertThat(spent.remaining()).isEmpty();
    }

    @Test
    void theHigherLevelCounts() {
        Share warning = new Share(NanoUsd.ofNanos(75), NanoUsd.ofNanos(100));
        Share critical = new Share(NanoUsd.ofNanos(90), NanoUsd.ofNanos(100));

        assertThat(CostStatus.of(warning, critical).level()).isEqualTo(Level.CRITICAL);
        assertThat(CostStatus.of(critical, warning).level()).isEqualTo(Level.CRITICAL);
    }
}
