package dev.mizan.admission;

import java.util.Locale;

/**
 * What becomes of a call to a model whose price is not known ({@code unpriced}).
 *
 * @param priceAs the model whose price is taken, as {@code PROVIDER/MODEL} of the catalogue; empty unless {@code
 *     PRICE_AS}
 */
public record UnpricedPolicy(Action action, String priceAs) {
    /** What holds where nothing is configured. */
    public static final UnpricedPolicy DEFAULT = new UnpricedPolicy(Action.BY_LIMITS, "");

    /** What is done. */
    public enum Action {
        /** The call is refused. */
        BLOCK,
        /** Refused where a limit of money applies; else the call goes on as with {@code WARN}. */
        BY_LIMITS,
        /** The call goes on, costs nothing, and its line says why. */
        WARN,
        /** The call costs what another model would. */
        PRICE_AS;

        /** The name in the configuration. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
