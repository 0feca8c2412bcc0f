package dev.mizan.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one account gets to know what the books say: {@link LimitBook#begin}, then wait until the books have everything
 * that was journaled before that, then {@link #read}, then {@link LimitBook#finish}. One thread at a time.
 */
public final class Loading {
    /** An amount that was used at some time. */
    record Part(long atMillis, long amount) {}

    /** What the books said. */
    public static final class Opening {
        private final List<Part> parts;

        private Opening(List<Part> parts) {
            this.parts = parts;
        }

        List<Part> parts() {
            return parts;
        }
    }

    /** Windows whose sub-windows are whole quarters of an hour are read by quarters. */
    private static final long QUARTERS_FROM_MILLIS = 15 * 3_600_000L;

    final Account account;
    private final Limit limit;
    private volatile long fromMillis;
    private int reads;
    /** What calls that ended after {@link #begin} used, by the start of their bucket: the books may have it or not. */
    private @Nullable TreeMap<Long, Long> meanwhile;

    Loading(Account account, Limit limit) {
        this.account = account;
        this.limit = limit;
    }

    /** A limit that needs the account. */
    public Limit limit() {
        return limit;
    }

    /**
     * Reads {@code balances}. Blocks.
     *
     * @throws BalancesUnavailableException if they can't be read now
     */
    public Opening read(Balances balances) {
        List<Part> parts = new ArrayList<>();
        Subject subject = limit.subject();
        long from = fromMillis;
        if (limit.window() instanceof Window.Sliding sliding) {
            List<Balances.Use> uses = sliding.lengthMillis() >= QUARTERS_FROM_MILLIS
                    ? balances.quarters(subject, from)
                    : balances.calls(subject, from);
            for (Balances.Use use : uses) {
                parts.add(new Part(use.atMillis(), use.amounts().of(limit)));
            }
        } else {
            parts.add(new Part(from, balances.total(subject, from).of(limit)));
        }
        for (Balances.Adjustment adjustment : balances.adjustments(limit.account(), from)) {
            parts.add(new Part(adjustment.atMillis(), adjustment.delta()));
        }
        return new Opening(parts);
    }

    void begin(long nowMillis) {
        reads++;
        fromMillis = account.windowStartMillis(nowMillis);
        meanwhile = new TreeMap<>();
    }

    /** Nothing more comes of it. */
    void end() {
        meanwhile = null;
    }

    boolean isRunning() {
        return meanwhile != null;
    }

    /** Notes what was used while the books were being read; before, the books have it. */
    void note(long atMillis, long amount) {
        if (meanwhile != null) {
            meanwhile.merge(account.startMillis(atMillis), amount, Math::addExact);
        }
    }

    /** How often the books were read for it. */
    int reads() {
        return reads;
    }

    long fromMillis() {
        return fromMillis;
    }

    /** What was noted. */
    List<Part> meanwhile() {
        List<Part> parts = new ArrayList<>();
        if (meanwhile != null) {
            meanwhile.forEach((at, amount) -> parts.add(new Part(at, amount)));
        }
        return parts;
    }
}
