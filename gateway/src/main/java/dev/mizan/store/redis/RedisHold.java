package dev.mizan.store.redis;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Hold;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Standing;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** What a call holds in Redis: a part in each slot. */
final class RedisHold implements Hold {
    private final RedisLimits store;
    private final String id;
    private final List<Part> parts;
    private final List<Standing> standings;
    private final long admittedAtMillis;
    private final boolean isStrict;
    private Amounts posted = Amounts.NONE;
    private boolean isEnded;

    /** @param isStrict whether its call may not be sent on doubt */
    RedisHold(
            RedisLimits store,
            String id,
            List<Part> parts,
            List<Standing> standings,
            long admittedAtMillis,
            boolean isStrict) {
        this.store = store;
        this.id = id;
        this.parts = List.copyOf(parts);
        this.standings = List.copyOf(standings);
        this.admittedAtMillis = admittedAtMillis;
        this.isStrict = isStrict;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public long admittedAtMillis() {
        return admittedAtMillis;
    }

    @Override
    public List<String> windows() {
        List<String> windows = new ArrayList<>();
        for (Part part : parts) {
            for (int i = 0; i < part.accounts().size(); i++) {
                windows.add(part.accounts().get(i).limit().account() + "@" + part.start(i));
            }
        }
        return windows;
    }

    @Override
    public List<Standing> standings() {
        return standings;
    }

    @Override
    public Future<Decision> raise(Amounts attempt, Claim next) {
        return store.onLoop(() -> {
            if (isEnded) {
                return Future.succeededFuture(new Decision.Unavailable(Decision.Reason.UNREACHABLE));
            }
            // Requests were counted when it was made, and are not raised.
            Amounts total = posted.plus(attempt).minus(new Amounts(attempt.requests(), 0, 0, 0, 0, 0));
            return new Raise(parts, posted, total, next).run(0).map(decision -> {
                if (decision instanceof Raise.Fits) {
                    posted = total;
                    return new Decision.Reserved(this);
                }
                return ((Raise.Not) decision).decision();
            });
        });
    }

    @Override
    public void booked(long place, Amounts amounts) {
        Part.Booked line = new Part.Booked(place, amounts);
        parts.forEach(part -> part.booked(line));
    }

    @Override
    public boolean isInForce() {
        long now = store.nanos();
        return !isStrict || parts.stream().allMatch(part -> part.isLeased(now));
    }

    @Override
    public Future<Void> settle(Amounts used) {
        return store.onLoop(() -> end(posted.plus(used)));
    }

    @Override
    public Future<Void> release() {
        return store.onLoop(() -> end(posted));
    }

    private Future<Void> end(Amounts total) {
        if (isEnded) {
            return Future.succeededFuture();
        }
        isEnded = true;
        List<Future<Void>> ends = new ArrayList<>();
        for (Part part : parts) {
            part.end(total);
            ends.add(part.group().slot().end(part));
        }
        return Future.all(ends).mapEmpty();
    }
}
