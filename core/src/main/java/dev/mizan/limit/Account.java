package dev.mizan.limit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One counter: what a subject has used and reserved of one meter in one window. A chain of buckets, oldest first, of
 * which all that count are summed up. Guarded by the book's lock.
 */
final class Account {
    private static final long[] NONE_TOLD = {};

    final Owner owner;
    final Meter meter;
    final Window window;
    final Reserve reserve;
    /** How long a bucket counts after its end. */
    final long lagMillis;

    /** Whether it counts: until the books were read, what was used is not known. */
    boolean isLoaded;

    private @Nullable Bucket oldest;
    private @Nullable Bucket newest;
    /** When the next bucket leaves. */
    private long nextLeaveMillis = Bucket.FOREVER;

    long used;
    long reserved;
    /** When it was last decided on. */
    long touchedMillis;
    /** How it gets to know what the books say, until it does. */
    @Nullable
    Loading loading;

    /** Grows whenever thresholds may be told of again. */
    int alertEpoch;

    private long alertEpochEndsMillis = Bucket.FOREVER;
    private long[] told = NONE_TOLD;

    Account(Owner owner, Limit limit, long nowMillis) {
        this.owner = owner;
        this.meter = limit.meter();
        this.window = limit.window();
        this.reserve = limit.reserve();
        this.lagMillis = window instanceof Window.Sliding sliding ? sliding.lengthMillis() : 0;
        this.isLoaded = window instanceof Window.InFlight;
        this.touchedMillis = nowMillis;
    }

    /** Whether {@code limit}, of the same subject, is counted here. */
    boolean counts(Limit limit) {
        return meter == limit.meter() && reserve == limit.reserve() && window.equals(limit.window());
    }

    /** Lets go of the buckets that are wholly past. */
    void advance(long nowMillis) {
        if (nowMillis >= nextLeaveMillis) {
            leave(nowMillis);
        }
        if (nowMillis >= alertEpochEndsMillis) {
            alertEpoch++;
            alertEpochEndsMillis = Bucket.FOREVER;
            told = NONE_TOLD;
        }
    }

    private void leave(long nowMillis) {
        Bucket bucket = oldest;
        while (bucket != null && bucket.leavesAtMillis() <= nowMillis) {
            bucket.leave();
            bucket = bucket.next;
        }
        oldest = bucket;
        if (bucket == null) {
            newest = null;
            nextLeaveMillis = Bucket.FOREVER;
        } else {
            nextLeaveMillis = Math.min(bucket.leavesAtMillis(), Bucket.FOREVER);
        }
    }

    /** The bucket of calls admitted now. */
    Bucket current(long nowMillis) {
        Bucket bucket = newest;
        return bucket != null && nowMillis < bucket.endMillis ? bucket : insert(nowMillis);
    }

    /** The bucket of calls admitted at {@code atMillis}, at most now; empty if it does not count any more. */
    @Nullable
    Bucket bucketAt(long atMillis, long nowMillis) {
        if (atMillis >= nowMillis) {
            return current(nowMillis);
        }
        for (Bucket bucket = oldest; bucket != null; bucket = bucket.next) {
            if (bucket.startMillis <= atMillis && atMillis < bucket.endMillis) {
                return bucket;
            }
        }
        return endMillis(atMillis) + lagMillis <= nowMillis ? null : insert(atMillis);
    }

    private Bucket insert(long atMillis) {
        Bucket made = new Bucket(this, startMillis(atMillis), endMillis(atMillis));
        Bucket before = null;
        for (Bucket bucket = newest != null && newest.startMillis <= atMillis ? newest : oldest;
                bucket != null && bucket.startMillis <= atMillis;
                bucket = bucket.next) {
            before = bucket;
        }
        if (before == null) {
            made.next = oldest;
            oldest = made;
            nextLeaveMillis = Math.min(made.leavesAtMillis(), Bucket.FOREVER);
        } else {
            made.next = before.next;
            before.next = made;
        }
        if (made.next == null) {
            newest = made;
        }
        return made;
    }

    /** The start of the bucket of {@code atMillis}. */
    long startMillis(long atMillis) {
        return switch (window) {
            case Window.Sliding sliding -> sliding.slotStart(atMillis);
            case Window.Calendar calendar -> calendar.startMillis(atMillis);
            case Window.Lifetime lifetime -> 0;
            case Window.InFlight inFlight -> 0;
        };
    }

    private long endMillis(long atMillis) {
        return switch (window) {
            case Window.Sliding sliding -> sliding.slotStart(atMillis) + sliding.slotMillis();
            case Window.Calendar calendar -> calendar.endMillis(atMillis);
            case Window.Lifetime lifetime -> Bucket.FOREVER;
            case Window.InFlight inFlight -> Bucket.FOREVER;
        };
    }

    /** The start of what counts at {@code nowMillis}, for a standing and for reading the books. */
    long windowStartMillis(long nowMillis) {
        return window instanceof Window.Sliding sliding
                ? Math.max(0, sliding.oldestSlotStart(nowMillis))
                : startMillis(nowMillis);
    }

    /** When all that counts now has left, or the calendar window ends. */
    long resetsAtMillis(long nowMillis) {
        Bucket last = newest;
        if (window instanceof Window.Sliding) {
            return last == null ? nowMillis : last.leavesAtMillis();
        }
        long end = endMillis(nowMillis);
        return end == Bucket.FOREVER ? Long.MAX_VALUE : end;
    }

    /** When {@code amount} will have left, if nothing comes and nothing is given back; MAX_VALUE for never. */
    long leftAtMillis(long amount) {
        long missing = amount;
        for (Bucket bucket = oldest; bucket != null; bucket = bucket.next) {
            missing -= bucket.used + bucket.reserved;
            if (missing <= 0) {
                return bucket.leavesAtMillis();
            }
        }
        return Long.MAX_VALUE;
    }

    /** Whether dropping it would forget nothing that counts. */
    boolean isEmpty() {
        return oldest == null || (window instanceof Window.InFlight && reserved == 0);
    }

    /** Adds what is settled already to the bucket of its admission, as far as that still counts. */
    void post(long atMillis, long delta, long nowMillis) {
        advance(nowMillis);
        Bucket bucket = bucketAt(atMillis, nowMillis);
        if (bucket != null) {
            bucket.add(delta, 0);
        }
    }

    /** The percentage that {@code limit} was told of in this window; 0 if none was. */
    int told(Limit limit) {
        for (int i = 0; i < told.length; i += 2) {
            if (told[i] == alertKey(limit)) {
                return (int) told[i + 1];
            }
        }
        return 0;
    }

    /** Remembers what was told of until the calendar window ends, or for the length of a sliding one. */
    void tell(Limit limit, int percent, long nowMillis) {
        int at = 0;
        while (at < told.length && told[at] != alertKey(limit)) {
            at += 2;
        }
        if (at == told.length) {
            told = Arrays.copyOf(told, at + 2);
        }
        told[at] = alertKey(limit);
        told[at + 1] = percent;
        if (alertEpochEndsMillis == Bucket.FOREVER) {
            alertEpochEndsMillis = window instanceof Window.Sliding ? nowMillis + lagMillis : endMillis(nowMillis);
        }
    }

    /** Limits of other caps and thresholds are told of apart. */
    private static long alertKey(Limit limit) {
        return limit.cap() * 31 + limit.alertAt().hashCode();
    }
}
