package dev.mizan.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OverageChargeTest {
    private static final BigDecimal PRICE = new BigDecimal("0.0001");
    private static final BigDecimal RATE = new BigDecimal("38");
    private static final long CAP = 500_000;

    @Test
    void onlyWhatIsBeyondTheCapIsCharged() {
        // 3,000 tokens × 0.0001 TRY = 0.3 TRY; at 38 that is 0.00789473684… USD.
        assertThat(OverageCharge.of(498_000, 5_000, CAP, PRICE, RATE))
                .isEqualTo(new OverageCharge(3_000, 300_000_000, NanoUsd.ofNanos(7_894_737)));
        assertThat(OverageCharge.of(600_000, 5_000, CAP, PRICE, RATE).units()).isEqualTo(5_000);
        assertThat(OverageCharge.of(495_000, 5_000, CAP, PRICE, RATE)).isEqualTo(OverageCharge.NONE);
        assertThat(OverageCharge.of(495_000, 5_001, CAP, PRICE, RATE).units()).isEqualTo(1);
    }

    @Test
    void halvesGoToTheEvenNano() {
        BigDecimal half = new BigDecimal("0.0000000005");

        assertThat(OverageCharge.of(0, 1, 0, half, BigDecimal.ONE).amount()).isEqualTo(NanoUsd.ZERO);
        assertThat(OverageCharge.of(0, 3, 0, half, BigDecimal.ONE).currencyNanos())
                .isEqualTo(2);
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertThatThrownBy(() -> OverageCharge.of(-1, 1, 1, PRICE, RATE)).hasMessageContaining("before: -1");
        assertThatThrownBy(() -> OverageCharge.of(1, -1, 1, PRICE, RATE)).hasMessageContaining("used: -1");
        assertThatThrownBy(() -> OverageCharge.of(1, 1, -1, PRICE, RATE)).hasMessageContaining("cap: -1");
        assertThatThrownBy(() -> OverageCharge.of(1, 1, 1, PRICE.negate(), RATE))
                .hasMessageContaining("price");
        assertThatThrownBy(() -> OverageCharge.of(1, 1, 1, PRICE, BigDecimal.ZERO))
                .hasMessageContaining("perUsd");
    }

    @Property
    void theUnitsOfAllCallsAreWhatTheWindowHasBeyondItsCap(
            @ForAll @Size(max = 50) List<@LongRange(min = 0, max = 100_000) Long> calls) {
        long standing = 0;
        long units = 0;
        for (long tokens : calls) {
            units += OverageCharge.of(standing, tokens, CAP, PRICE, RATE).units();
            standing += tokens;
        }

        assertThat(units).isEqualTo(Math.max(0, standing - CAP));
    }

    @Property
    void theAmountsAreTheExactPriceRoundedOnce(
            @ForAll @LongRange(min = 0, max = 2_000_000) long before,
            @ForAll @LongRange(min = 0, max = 2_000_000) long used) {
        OverageCharge charge = OverageCharge.of(before, used, CAP, PRICE, RATE);
        BigDecimal exact = PRICE.multiply(BigDecimal.valueOf(charge.units())).movePointRight(9);
        BigDecimal off =
                BigDecimal.valueOf(charge.amount().nanos()).multiply(RATE).subtract(exact);

        assertThat(BigDecimal.valueOf(charge.currencyNanos())).isEqualByComparingTo(exact);
        assertThat(off.abs().multiply(BigDecimal.TWO)).isLessThanOrEqualTo(RATE);
    }
}
