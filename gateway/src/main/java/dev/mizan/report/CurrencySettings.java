package dev.mizan.report;

import dev.mizan.money.ExchangeRates;

/**
 * In which currencies reports speak beside USD, the book currency ({@code currency}).
 *
 * @param display ISO 4217 code of the currency that amounts are shown in; default USD
 * @param rates dated rates; default none
 */
public record CurrencySettings(String display, ExchangeRates rates) {
    /** What holds where nothing is configured. */
    public static final CurrencySettings DEFAULT = new CurrencySettings(ExchangeRates.USD, ExchangeRates.NONE);
}
