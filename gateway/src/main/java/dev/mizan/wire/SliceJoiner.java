package dev.mizan.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;

/**
 * Puts parts of a body together. A part that is alone is not copied where it is in an array: nobody may change that
 * any more. Not safe for use by several threads.
 */
public final class SliceJoiner {
    /** The longest array that every JVM can make. */
    private static final int ARRAY_MAX = Integer.MAX_VALUE - 8;

    private static final Slice NOTHING = Slice.of(new byte[0]);

    private Slice joined = NOTHING;
    // Whether its array was made here, and has room behind it that nobody else sees.
    private boolean isOwned;

    /** How many bytes there are. */
    public int length() {
        return joined.length();
    }

    /** Adds {@code next}. */
    public void add(Slice next) {
        if (next.length() == 0) {
            return;
        }
        if (joined.length() == 0) {
            joined = next;
            isOwned = false;
        } else {
            int at = joined.length();
            System.arraycopy(next.array(), next.from(), grow(next.length()), at, next.length());
        }
    }

    /** Adds what can be read of {@code next}, which may be released after that unless it is in an array. */
    public void add(ByteBuf next) {
        int length = next.readableBytes();
        if (length == 0) {
            return;
        }
        if (joined.length() > 0) {
            int at = joined.length();
            next.getBytes(next.readerIndex(), grow(length), at, length);
        } else if (next.hasArray()) {
            int from = next.arrayOffset() + next.readerIndex();
            add(new Slice(next.array(), from, from + length));
        } else {
            add(Slice.of(ByteBufUtil.getBytes(next)));
        }
    }

    /** All that was added since this was called last. */
    public Slice take() {
        Slice taken = joined;
        joined = NOTHING;
        return taken;
    }

    /** The array with {@code more} bytes added to it, which are yet to be written. */
    private byte[] grow(int more) {
        int length = Math.addExact(joined.length(), more);
        byte[] target = joined.array();
        if (!isOwned || length > target.length) {
            target = Arrays.copyOf(joined.toBytes(), (int) Math.min(ARRAY_MAX, Math.max(length, joined.length() * 2L)));
            isOwned = true;
        }
        joined = new Slice(target, 0, length);
        return target;
    }
}
