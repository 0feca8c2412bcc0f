package dev.mizan.limit;

import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;

/** What happens to a call that does not fit a limit. */
public sealed interface AtCap {
    /** It is refused. */
    record Block() implements AtCap {}

    /**
     * Another model answers it.
     *
     * @param alias the model alias called instead; its calls count in the same limits
     */
    record Degrade(String alias) implements AtCap {}

    /**
     * It is served; what goes beyond the cap is charged at a price of its own and marked on the line.
     *
     * @param amount price per unit of the meter (token, request), a decimal of {@code currency}, ≥ 0
     * @param currency ISO 4217 code, e.g. {@code TRY}
     * @param nanoUsd the same price in nano-USD at the rate in force; zero where the meter is money
     */
    record Overage(BigDecimal amount, String currency, NanoUsd nanoUsd) implements AtCap {}

    /** It is served; only alerts tell. */
    record Notify() implements AtCap {}

    /** Whether a call that does not fit is served all the same. */
    default boolean serves() {
        return switch (this) {
            case Block b -> false;
            case Degrade d -> false;
            case Overage o -> true;
            case Notify n -> true;
        };
    }
}
