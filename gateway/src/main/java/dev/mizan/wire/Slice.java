package dev.mizan.wire;

import java.nio.charset.StandardCharsets;

/**
 * A run of bytes in an array that is not copied. Whoever holds one must not change the array.
 *
 * @param from first index, inclusive
 * @param to last index, exclusive
 */
@SuppressWarnings("ArrayRecordComponent") // a view on purpose: nothing compares slices
public record Slice(byte[] array, int from, int to) {
    public Slice {
        if (from < 0 || to < from || to > array.length) {
            throw new IllegalArgumentException(
                    "from " + from + ", to " + to + " (expected: within " + array.length + ")");
        }
    }

    /** All of {@code array}. */
    public static Slice of(byte[] array) {
        return new Slice(array, 0, array.length);
    }

    public int length() {
        return to - from;
    }

    /** Whether {@code next} lies right behind this in the same array. */
    @SuppressWarnings("ReferenceEquality") // two arrays are not the same because they are equal
    public boolean isFollowedBy(Slice next) {
        return array == next.array && to == next.from;
    }

    /** One character per byte: for searching, not for reading. */
    public String latin1() {
        return new String(array, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        byte[] copy = new byte[to - from];
        System.arraycopy(array, from, copy, 0, copy.length);
        return copy;
    }
}
