package dev.mizan.store.redis;

import dev.mizan.limit.Breach;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Window;
import java.time.Duration;
import java.util.List;

/** One counter in Redis, and how scripts are told of it. Belongs to one event loop. */
final class Account {
    /** The largest whole number up to which a double is exact. */
    static final long EXACT_MAX = 1L << 53;

    private static final String CALENDAR = "1";
    private static final String SLIDING = "2";
    private static final String IN_FLIGHT = "3";
    private static final long LIFETIME_SPAN_MILLIS = Duration.ofDays(35).toMillis();
    private static final long LATE_MILLIS = Duration.ofMinutes(10).toMillis();

    private final Limit limit;
    private final String key;
    private final String gate;
    private final String span;
    // Of a calendar window: the start of the one that was last asked for, and the two after it.
    private long start;
    private long end;
    private long endOfNext;

    Account(Limit limit, String prefix) {
        this.limit = limit;
        this.key = prefix + "a:" + limit.account();
        this.gate = limit.meter() == Meter.REQUESTS ? "1" : "0";
        this.span = Long.toString(spanMillis(limit.window()));
    }

    Limit limit() {
        return limit;
    }

    String key() {
        return key;
    }

    boolean isConcurrency() {
        return limit.meter() == Meter.CONCURRENCY;
    }

    /** Whether what is counted is changed by settling: not so of requests and of calls in flight. */
    boolean isSettled() {
        return !limit.meter().isGate();
    }

    /** Adds the six arguments that {@code described} in the scripts reads. */
    void describe(List<String> into, long nowMillis) {
        switch (limit.window()) {
            case Window.Sliding sliding -> {
                into.add(SLIDING);
                into.add(gate);
                into.add(Long.toString(sliding.slotMillis()));
                into.add(Long.toString(sliding.lengthMillis()));
                into.add("0");
            }
            case Window.Calendar calendar -> {
                if (nowMillis < start || nowMillis >= end) {
                    start = calendar.startMillis(nowMillis);
                    end = calendar.endMillis(nowMillis);
                    endOfNext = calendar.endMillis(end);
                }
                into.add(CALENDAR);
                into.add(gate);
                into.add(Long.toString(start));
                into.add(Long.toString(end));
                into.add(Long.toString(endOfNext));
            }
            case Window.Lifetime lifetime -> {
                into.add(CALENDAR);
                into.add(gate);
                into.add("0");
                into.add(Long.toString(EXACT_MAX));
                into.add(Long.toString(EXACT_MAX));
            }
            case Window.InFlight inFlight -> {
                into.add(IN_FLIGHT);
                into.add(gate);
                into.add("0");
                into.add("0");
                into.add("0");
            }
        }
        into.add(span);
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
    Breach breach(Limit of, long used, long reserved, long requested, long leftAtMillis, long nowMillis) {
        boolean never = requested > of.cap();
        long resets = Long.MAX_VALUE;
        if (!never) {
            resets = limit.window() instanceof Window.Sliding
                    ? (leftAtMillis > 0 ? leftAtMillis : resetsAt(startOf(nowMillis), nowMillis))
                    : resetsAt(startOf(nowMillis), nowMillis);
        }
        return new Breach(of, used, reserved, requested, resets, never);
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
