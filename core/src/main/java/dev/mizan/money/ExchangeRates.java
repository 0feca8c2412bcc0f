package dev.mizan.money;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one USD was worth in other currencies, day by day. A rate holds from its day on until the next one's, so that an
 * amount is always converted with the rate of its own day and history does not change. Immutable.
 */
public final class ExchangeRates {
    /** The book currency, whose rate is always 1. */
    public static final String USD = "USD";

    /** No rates but USD's own. */
    public static final ExchangeRates NONE = new ExchangeRates(Map.of());

    private final Map<String, NavigableMap<LocalDate, BigDecimal>> rates;

    private ExchangeRates(Map<String, NavigableMap<LocalDate, BigDecimal>> rates) {
        this.rates = rates;
    }

    /** Rates that hold on every day, in units of a currency for one USD, by ISO 4217 code. */
    public static ExchangeRates fixed(Map<String, BigDecimal> rates) {
        ExchangeRates all = NONE;
        for (Map.Entry<String, BigDecimal> rate : rates.entrySet()) {
            all = all.with(rate.getKey(), LocalDate.MIN, rate.getValue());
        }
        return all;
    }

    /**
     * These rates and one more.
     *
     * @param currency ISO 4217 code
     * @param from the first day it holds
     * @param perUsd units of the currency for one USD, &gt; 0
     */
    public ExchangeRates with(String currency, LocalDate from, BigDecimal perUsd) {
        if (perUsd.signum() <= 0) {
            throw new IllegalArgumentException(currency + ": " + perUsd + " (expected: > 0)");
        }
        Map<String, NavigableMap<LocalDate, BigDecimal>> more = new HashMap<>(rates);
        NavigableMap<LocalDate, BigDecimal> dated = new TreeMap<>(more.getOrDefault(currency, new TreeMap<>()));
        dated.put(from, perUsd);
        more.put(currency, dated);
        return new ExchangeRates(Map.copyOf(more));
    }

    /** The currencies there are rates for, USD included. */
    public Set<String> currencies() {
        Set<String> codes = new TreeSet<>(rates.keySet());
        codes.add(USD);
        return codes;
    }

    /**
     * Units of {@code currency} for one USD on {@code day}; empty if there is no rate for that day or an earlier one.
     */
    public Optional<BigDecimal> rate(String currency, LocalDate day) {
        if (currency.equals(USD)) {
            return Optional.of(BigDecimal.ONE);
        }
        NavigableMap<LocalDate, BigDecimal> dated = rates.getOrDefault(currency, new TreeMap<>());
        return Optional.ofNullable(dated.floorEntry(day)).map(Map.Entry::getValue);
    }

    /**
     * {@code amount} in {@code currency} by the rate of {@code day}, exact; empty if there is no rate. Sum first, then
     * {@link #rounded round} once.
     */
    public Optional<BigDecimal> convert(NanoUsd amount, String currency, LocalDate day) {
        return rate(currency, day).map(amount.usd()::multiply);
    }

    /** The one final rounding, half-even, e.g. to 2 decimals. */
    public static BigDecimal rounded(BigDecimal amount, int decimals) {
        return amount.setScale(decimals, RoundingMode.HALF_EVEN);
    }
}
