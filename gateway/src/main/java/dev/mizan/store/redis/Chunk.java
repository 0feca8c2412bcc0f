package dev.mizan.store.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * A share of one account that is set aside in Redis for no call, as if it were one: calls on which Redis can't decide
 * are admitted from it. What they are bound to cost, and then what they cost, leaves it, and nothing comes back but
 * what they did not cost: so what Redis has set aside covers them until it has heard of them. Belongs to one event
 * loop, but for {@link #isLeased}.
 */
final class Chunk {
    private final Part part;
    private final long cap;
    private final List<Part> drawn = new ArrayList<>();
    private long left;
    private boolean isDrawn;

    /**
     * What a call takes from a chunk.
     *
     * @param account which of the call's accounts it is for
     */
    record Draw(Chunk chunk, int account, long amount) {}

    /** @param cap under which it fit */
    Chunk(Part part, long cap) {
        this.part = part;
        this.cap = cap;
        this.left = part.held(0);
    }

    Part part() {
        return part;
    }

    long cap() {
        return cap;
    }

    long startMillis() {
        return part.start(0);
    }

    long left() {
        return left;
    }

    boolean isLeased(long nowNanos) {
        return part.isLeased(nowNanos);
    }

    /** Whether {@code amount} fits what is left, for a call in the window that began at {@code startMillis}. */
    boolean fits(long underCap, long startMillis, long amount, long nowNanos) {
        return cap == underCap && startMillis() == startMillis && amount <= left && isLeased(nowNanos);
    }

    void draw(Part by, long amount) {
        left -= amount;
        isDrawn = true;
        drawn.add(by);
    }

    /** A call has ended that cost so much less than it took; negative if it cost more. */
    void back(long amount) {
        left += amount;
    }

    /** Whether anything was taken from it. */
    boolean isDrawn() {
        return isDrawn;
    }

    /** Whether Redis has yet to hear of a call that was admitted from it: until then it must hold all of it. */
    boolean isNeeded() {
        drawn.removeIf(call -> !call.group().slot().isUnheard(call));
        return !drawn.isEmpty();
    }
}
