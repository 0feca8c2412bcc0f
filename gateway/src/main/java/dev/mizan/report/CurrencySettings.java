package dev.mizan.report;

import java.math.BigDecimal;
import java.util.Map;

/**
 * What money is shown in beside USD, the book currency ({@code currency}).
 *
 * @param display ISO 4217 code; default {@code USD}
 * @param rates units of a currency for one USD, by ISO 4217 code, each &gt; 0
 */
public record CurrencySettings(String display, Map<String, BigDecimal> rates) {
    /** What holds where nothing is configured. */
    public static final CurrencySettings DEFAULT = new CurrencySettings("USD", Map.of());

    public CurrencySettings {
        rates = Map.copyOf(rates);
    }
}
