package dev.mizan.wire;

import java.util.List;

/**
 * A change of some bytes of a body: those from {@code from} to {@code to} are replaced, all others stay as they are.
 *
 * @param from first byte replaced, counted from the start of the body
 * @param to the byte after the last one replaced; equal to {@code from} to insert
 * @param with what stands there instead
 */
@SuppressWarnings("ArrayRecordComponent") // nothing compares splices
public record Splice(int from, int to, byte[] with) {
    /**
     * The body with all {@code splices} made.
     *
     * @param splices in the order of their places, not overlapping
     */
    public static byte[] apply(Slice body, List<Splice> splices) {
        int length = body.length();
        for (Splice splice : splices) {
            length += splice.with.length - (splice.to - splice.from);
        }
        byte[] result = new byte[length];
        int source = 0;
        int target = 0;
        for (Splice splice : splices) {
            int kept = splice.from - source;
            System.arraycopy(body.array(), body.from() + source, result, target, kept);
            target += kept;
            System.arraycopy(splice.with, 0, result, target, splice.with.length);
            target += splice.with.length;
            source = splice.to;
        }
        System.arraycopy(body.array(), body.from() + source, result, target, body.length() - source);
        return result;
    }
}
