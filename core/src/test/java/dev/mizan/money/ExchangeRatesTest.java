package dev.mizan.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExchangeRatesTest {
    private static final LocalDate JUNE = LocalDate.of(2026, 6, 1);

    private final ExchangeRates rates = ExchangeRates.fixed(Map.of("EUR", new BigDecimal("0.9")))
            .with("TRY", JUNE, new BigDecimal("38"))
            .with("TRY", JUNE.plusDays(2), new BigDecimal("39.5"));

    @Test
    void eachDayIsConvertedByItsOwnRate() {
        NanoUsd amount = NanoUsd.ofNanos(1_323_000_000);

        assertThat(rates.convert(amount, "TRY", JUNE))
                .hasValueSatisfying(found -> assertThat(found).isEqualByComparingTo("50.274"));
        assertThat(rates.convert(amount, "TRY", JUNE.plusDays(1)))
                .hasValueSatisfying(found -> assertThat(found).isEqualByComparingTo("50.274"));
        assertThat(rates.convert(amount, "TRY", JUNE.plusDays(2)))
                .hasValueSatisfying(found -> assertThat(found).isEqualByComparingTo("52.2585"));
        assertThat(rates.convert(amount, "EUR", LocalDate.MIN)).isPresent();
        assertThat(rates.convert(amount, "USD", JUNE)).contains(new BigDecimal("1.323"));
    }

    @Test
    void aDayBeforeTheFirstRateHasNone() {
        assertThat(rates.rate("TRY", JUNE.minusDays(1))).isEmpty();
        assertThat(rates.rate("XYZ", JUNE)).isEmpty();
        assertThat(rates.currencies()).containsExactly("EUR", "TRY", "USD");
    }

    @Test
    void theOneFinalRoundingIsHalfEven() {
        assertThat(ExchangeRates.rounded(new BigDecimal("50.274"), 2)).isEqualTo(new BigDecimal("50.27"));
        assertThat(ExchangeRates.rounded(new BigDecimal("0.125"), 2)).isEqualTo(new BigDecimal("0.12"));
    }

    @Test
    void aRateIsPositive() {
        assertThatThrownBy(() -> rates.with("TRY", JUNE, BigDecimal.ZERO)).hasMessage("TRY: 0 (expected: > 0)");
    }
}
