package dev.mizan.store.redis;

import io.vertx.redis.client.Response;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a script answered: a code, Redis' time, the sequence, and what the script's own comment says, all numbers. One
 * of them adds texts.
 */
final class Answer {
    static final int OK = 0;
    static final int REFUSED = 1;
    static final int MISSING = 2;
    static final int LOST = 3;
    static final int BUILDING = 4;
    static final int WINDOWS = 5;
    static final int GONE = 6;
    static final int HELD = 7;

    /** Where the script's own figures begin. */
    static final int HEAD = 3;

    private final ByteBuffer numbers;
    private final List<String> texts;

    Answer(Response response) {
        switch (response.type()) {
            case BULK -> {
                numbers = packed(response);
                texts = List.of();
            }
            case MULTI -> {
                numbers = packed(response.get(0));
                texts = new ArrayList<>();
                for (int i = 1; i < response.size(); i++) {
                    texts.add(response.get(i).toString());
                }
            }
            default ->
                throw new IllegalArgumentException("answer: of type " + response.type() + " (expected: numbers)");
        }
    }

    private static ByteBuffer packed(Response response) {
        return ByteBuffer.wrap(response.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    int code() {
        return (int) at(0);
    }

    long nowMillis() {
        return at(1);
    }

    long sequence() {
        return at(2);
    }

    /** How many numbers there are. */
    int size() {
        return numbers.limit() / Double.BYTES;
    }

    /** A number; {@link Long#MAX_VALUE} where the script says "never". */
    long at(int index) {
        return (long) numbers.getDouble(index * Double.BYTES);
    }

    List<String> texts() {
        return texts;
    }
}
