package dev.mizan.store.redis;

import dev.mizan.limit.Breach;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Window;
import java.time.Duration;

/** One counter in Redis, and how scripts are told of it. Belongs to one event loop. */
final class Account {
    /** The largest whole number up to which a double is exact. */
    static final long EXACT_MAX = 1L << 53;

    private static final int CALENDAR = 1;
    private static final int SLIDING = 2;
    private static final int IN_FLIGHT = 3;
    private static final long LIFETIME_SPAN_MILLIS = Duration.ofDays(35).toMillis();
    private static final long LATE_MILLIS = Duration.ofMinutes(10).toMillis();

    private final Limit limit;
    private final String name;
    private final boolean isRequests;
    private final long spanMillis;
    private String key = "";
    private long keyEpoch;
    // Of a calendar window: the start of the one that was last asked for, and the two after it.
    private long start;
    private long end;
    private long endOfNext;

    Account(Limit limit, String prefix) {
        this.limit = limit;
        this.name = prefix + "a:" + limit.account();
        this.isRequests = limit.meter() == Meter.REQUESTS;
        this.spanMillis = spanMillis(limit.window());
    }

    Limit limit() {
        return limit;
    }

    /** Names the counter in all epochs. */
    String name() {
        return name;
    }

    /** Whether a share of it can be leased to a process: what has left a sliding window, or flies, is no process's. */
    boolean isLeasable() {
        return isSettled() && !(limit.window() instanceof Window.Sliding);
    }

    /** Its key in {@code epoch}; what earlier ones left ends by itself. */
    String key(long epoch) {
        if (epoch != keyEpoch) {
            key = name + "@" + epoch;
            keyEpoch = epoch;
        }
        return key;
    }

    boolean isRequests() {
        return isRequests;
    }

    boolean isConcurrency() {
        return limit.meter() == Meter.CONCURRENCY;
    }

    /** Whether what is counted is changed by settling: not so of requests and of calls in flight. */
    boolean isSettled() {
        return !limit.meter().isGate();
    }

    /** Adds the six numbers that {@code opened} in the scripts reads. */
    void describe(Numbers into, long nowMillis) {
        switch (limit.window()) {
            case Window.Sliding sliding ->
                into.add(SLIDING)
                        .add(isRequests)
                        .add(sliding.slotMillis())
                        .add(sliding.lengthMillis())
                        .add(0);
            case Window.Calendar calendar -> {
                if (nowMillis < start || nowMillis >= end) {
                    start = calendar.startMillis(nowMillis);
                    end = calendar.endMillis(nowMillis);
                    endOfNext = calendar.endMillis(end);
                }
                into.add(CALENDAR).add(isRequests).add(start).add(end).add(endOfNext);
            }
            case Window.Lifetime lifetime ->
                into.add(CALENDAR).add(isRequests).add(0).add(EXACT_MAX).add(EXACT_MAX);
            case Window.InFlight inFlight ->
                into.add(IN_FLIGHT).add(false).add(0).add(0).add(0);
        }
        into.add(spanMillis);
    }

    /** The start of the window or sub-window that {@code atMillis} is in. */
    long startOf(long atMillis) {
        return switch (limit.window()) {
            case Window.Sliding sliding -> sliding.slotStart(atMillis);
            case Window.Calendar calendar -> calendar.startMillis(atMillis);
            case Window.Lifetime lifetime -> 0;
            case Window.InFlight inFlight -> 0;
        };
    }

    /** From when on use counts at {@code nowMillis}. */
    long countedFrom(long nowMillis) {
        return limit.window() instanceof Window.Sliding sliding
                ? sliding.oldestSlotStart(nowMillis)
                : startOf(nowMillis);
    }

    /** How {@code of}, a limit on this account, stands. */
    Standing standing(Limit of, long used, long reserved, long startMillis, long nowMillis) {
        return new Standing(of, used, reserved, from(startMillis, nowMillis), resetsAt(startMillis, nowMillis));
    }

    /** Why a claim does not fit {@code of}. */
    static Breach breach(Limit of, long used, long reserved, long requested, long resetsAtMillis) {
        return new Breach(of, used, reserved, requested, resetsAtMillis, requested > of.cap());
    }

    private long from(long startMillis, long nowMillis) {
        return limit.window() instanceof Window.Sliding sliding ? sliding.oldestSlotStart(nowMillis) : startMillis;
    }

    private long resetsAt(long startMillis, long nowMillis) {
        return switch (limit.window()) {
            case Window.Sliding sliding ->
                startMillis == 0 ? nowMillis : startMillis + sliding.slotMillis() + sliding.lengthMillis();
            case Window.Calendar calendar ->
                startMillis == start ? end : startMillis == end ? endOfNext : calendar.endMillis(startMillis);
            case Window.Lifetime lifetime -> Long.MAX_VALUE;
            case Window.InFlight inFlight -> Long.MAX_VALUE;
        };
    }

    private static long spanMillis(Window window) {
        return switch (window) {
            case Window.Sliding sliding -> sliding.lengthMillis() + sliding.slotMillis() + LATE_MILLIS;
            case Window.Calendar calendar ->
                Duration.ofDays(
                                switch (calendar.period()) {
                                    case DAY -> 2;
                                    case WEEK -> 9;
                                    case MONTH -> 33;
                                })
                        .toMillis();
            case Window.Lifetime lifetime -> LIFETIME_SPAN_MILLIS;
            case Window.InFlight inFlight -> 0;
        };
    }
}
