package dev.mizan.money;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * An amount of money in nano-USD (1e-9 USD), the unit of every price, cost, limit and report.
 *
 * <p>A {@code long} holds ±9.2 billion USD. All arithmetic is exact: an overflow throws {@link ArithmeticException}
 * and never wraps. Amounts may be negative (corrections). Immutable and safe for use by many threads.
 *
 * @param nanos the amount in 1e-9 USD
 */
public record NanoUsd(long nanos) implements Comparable<NanoUsd> {
    /** Nothing. */
    public static final NanoUsd ZERO = new NanoUsd(0);

    private static final int FRACTION_DIGITS = 9;

    /** Nano-USD in one USD. */
    public static final long PER_USD = 1_000_000_000L;

    /**
     * The amount nearest to {@code usd} under {@code rounding}.
     *
     * @throws ArithmeticException if it does not fit, or if {@code rounding} is {@code UNNECESSARY} and digits are lost
     */
    public static NanoUsd of(BigDecimal usd, RoundingMode rounding) {
        return new NanoUsd(usd.movePointRight(9).setScale(0, rounding).longValueExact());
    }

    /** The amount of {@code nanos} nano-USD; zero is shared. */
    public static NanoUsd ofNanos(long nanos) {
        return nanos == 0 ? ZERO : new NanoUsd(nanos);
    }

    /** This plus {@code other}; throws {@link ArithmeticException} on overflow. */
    public NanoUsd plus(NanoUsd other) {
        return ofNanos(Math.addExact(nanos, other.nanos));
    }

    /** This minus {@code other}; throws {@link ArithmeticException} on overflow. */
    public NanoUsd minus(NanoUsd other) {
        return ofNanos(Math.subtractExact(nanos, other.nanos));
    }

    /** The larger of this and {@code other}. */
    public NanoUsd max(NanoUsd other) {
        return nanos >= other.nanos ? this : other;
    }

    public boolean isZero() {
        return nanos == 0;
    }

    /** The exact amount in USD, without trailing zeros, e.g. {@code 0.008229}; zero is {@code 0}. */
    public BigDecimal usd() {
        return nanos == 0 ? BigDecimal.ZERO : BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    }

    /** The exact amount in USD as plain decimal digits (never an exponent), e.g. {@code 0.00006}. */
    public String toDecimal() {
        long whole = nanos / PER_USD;
        long fraction = Math.abs(nanos % PER_USD);
        if (fraction == 0) {
            return Long.toString(whole);
        }
        byte[] digits = new byte[FRACTION_DIGITS];
        int length = 0;
        for (int i = FRACTION_DIGITS - 1; i >= 0; i--) {
            digits[i] = (byte) ('0' + fraction % 10);
            fraction /= 10;
            length = length == 0 && digits[i] != '0' ? i + 1 : length;
        }
        String sign = nanos < 0 && whole == 0 ? "-" : "";
        return sign + whole + "." + new String(digits, 0, length, StandardCharsets.ISO_8859_1);
    }

    @Override
    public int compareTo(NanoUsd other) {
        return Long.compare(nanos, other.nanos);
    }

    /** {@code $} and {@link #toDecimal()}, for messages. */
    @Override
    public String toString() {
        return nanos < 0 ? "-$" + toDecimal().substring(1) : "$" + toDecimal();
    }
}
