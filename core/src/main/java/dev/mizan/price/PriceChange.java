package dev.mizan.price;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * One price that an import would add, change or remove.
 *
 * @param item what has the price: a unit's label, with {@code >200000} for a context tier and {@code batch},
 *     {@code flex} or {@code priority} before it for a service tier; {@code requests}; a tool's name behind
 *     {@code tool:}
 * @param before the price so far, in USD per million units or per thousand requests or uses; or a service tier's factor
 * @param after the price that was read
 */
public record PriceChange(
        String provider, String model, String item, Optional<BigDecimal> before, Optional<BigDecimal> after) {
    /** The change in percent with one decimal, e.g. {@code +25.0%}; empty where there is nothing to compare. */
    public String percent() {
        if (before.isEmpty() || after.isEmpty() || before.get().signum() == 0) {
            return "";
        }
        BigDecimal percent =
                after.get().subtract(before.get()).movePointRight(2).divide(before.get(), 1, RoundingMode.HALF_EVEN);
        return (percent.signum() >= 0 ? "+" : "") + percent.toPlainString() + "%";
    }

    @Override
    public String toString() {
        String change = before.map(BigDecimal::toPlainString).orElse("-") + " → "
                + after.map(BigDecimal::toPlainString).orElse("-");
        return provider + "/" + model + " " + item + ": " + change
                + (percent().isEmpty() ? "" : " (" + percent() + ")");
    }
}
