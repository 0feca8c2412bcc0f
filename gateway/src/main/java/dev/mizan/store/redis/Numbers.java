package dev.mizan.store.redis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What a script is told, in the form of {@code common.lua}: doubles, exact up to 2^53. Not safe for many threads. */
final class Numbers {
    private ByteBuffer buffer = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);

    Numbers add(long number) {
        if (buffer.remaining() < Double.BYTES) {
            ByteBuffer larger = ByteBuffer.allocate(2 * buffer.capacity()).order(ByteOrder.LITTLE_ENDIAN);
            larger.put(buffer.flip());
            buffer = larger;
        }
        buffer.putDouble((double) number);
        return this;
    }

    Numbers add(boolean is) {
        return add(is ? 1 : 0);
    }

    byte[] bytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
