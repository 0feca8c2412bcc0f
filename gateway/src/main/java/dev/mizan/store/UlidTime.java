package dev.mizan.store;

import java.util.Arrays;

/** The time in a ULID, and ULIDs that bound a time. */
final class UlidTime {
    /** What {@link #millis} says of an id that is no ULID. */
    static final long NONE = -1;

    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 26;
    private static final int TIME_LENGTH = 10;
    private static final int BITS = 5;
    private static final long MILLIS_MAX = (1L << 48) - 1;
    private static final byte[] VALUES = values();

    private UlidTime() {}

    /** Unix milliseconds in {@code id}; {@link #NONE} if it is no ULID in capitals. */
    static long millis(String id) {
        if (id.length() != LENGTH || id.charAt(0) > '7') {
            return NONE;
        }
        long millis = 0;
        for (int i = 0; i < LENGTH; i++) {
            char c = id.charAt(i);
            if (c >= VALUES.length || VALUES[c] < 0) {
                return NONE;
            }
            if (i < TIME_LENGTH) {
                millis = millis << BITS | VALUES[c];
            }
        }
        return millis;
    }

    /** What every ULID of {@code millis} or later is greater than or equal to. */
    static String floor(long millis) {
        long rest = Math.clamp(millis, 0, MILLIS_MAX);
        char[] text = new char[TIME_LENGTH];
        for (int i = TIME_LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (rest & (1 << BITS) - 1));
            rest >>>= BITS;
        }
        return new String(text);
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < DIGITS.length(); i++) {
            values[DIGITS.charAt(i)] = (byte) i;
        }
        return values;
    }
}
