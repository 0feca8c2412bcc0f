package dev.mizan.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class NanoUsdTest {
    @Property
    void decimalTextIsExactForEveryAmount(@ForAll long nanos) {
        String text = NanoUsd.ofNanos(nanos).toDecimal();

        assertThat(text)
                .doesNotContain("E")
                .isEqualTo(NanoUsd.ofNanos(nanos).usd().toPlainString());
        assertThat(NanoUsd.of(new BigDecimal(text), RoundingMode.UNNECESSARY).nanos())
                .isEqualTo(nanos);
    }

    @Property
    void plusThenMinusIsIdentity(
            @ForAll @LongRange(min = -(1L << 61), max = 1L << 61) long a,
            @ForAll @LongRange(min = -(1L << 61), max = 1L << 61) long b) {
        NanoUsd first = NanoUsd.ofNanos(a);
        NanoUsd second = NanoUsd.ofNanos(b);

        assertThat(first.plus(second).minus(second)).isEqualTo(first);
        assertThat(first.max(second).nanos()).isEqualTo(Math.max(a, b));
    }

    @Test
    void overflowIsRefusedNotWrapped() {
        NanoUsd most = NanoUsd.ofNanos(Long.MAX_VALUE);

        assertThatThrownBy(() -> most.plus(NanoUsd.ofNanos(1))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> NanoUsd.ofNanos(Long.MIN_VALUE).minus(NanoUsd.ofNanos(1)))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> NanoUsd.of(new BigDecimal("9300000000"), RoundingMode.HALF_EVEN))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void roundingIsWhatWasAskedFor() {
        BigDecimal half = new BigDecimal("0.0000000005");

        assertThat(NanoUsd.of(half, RoundingMode.HALF_EVEN).nanos()).isZero();
        assertThat(NanoUsd.of(half, RoundingMode.UP).nanos()).isEqualTo(1);
        assertThat(NanoUsd.of(new BigDecimal("0.0000000015"), RoundingMode.HALF_EVEN)
                        .nanos())
                .isEqualTo(2);
    }

    @Test
    void messagesHaveTheSignBeforeTheDollar() {
        assertThat(NanoUsd.ofNanos(-1_500_000_000)).hasToString("-$1.5");
        assertThat(NanoUsd.ofNanos(8_229_000)).hasToString("$0.008229");
        assertThat(NanoUsd.ZERO).hasToString("$0");
    }
}
