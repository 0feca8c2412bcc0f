package dev.mizan.store.redis;

import dev.mizan.limit.BalancesUnavailableException;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Standing;
import java.util.ArrayList;
import java.util.List;

/** Reads counters that others made: one more process, which holds nothing. */
public final class Standings implements AutoCloseable {
    private final FakeLedger nothing = new FakeLedger();
    private final Limiter limiter;

    private Standings(RedisServer server) {
        // An account that is not there is not made: it can't be read anywhere.
        nothing.away(true);
        limiter = new Limiter(
                RedisSettings.DEFAULT.withUrl(server.url()), nothing, Backlog.NONE, Tenants.NONE, LimitWatcher.NONE);
        Limiter.get(limiter.limits.ready());
    }

    public static Standings of(RedisServer server) {
        return new Standings(server);
    }

    /** How those of {@code limits} stand that have a counter, as soon as that can be said. */
    public List<Standing> of(List<Limit> limits) {
        List<Standing> standings = new ArrayList<>();
        for (Limit limit : limits) {
            try {
                standings.add(limiter.standing(limit));
            } catch (BalancesUnavailableException e) {
                // Nobody has needed it yet, so it has no counter. That it can't be read now is another matter.
            }
        }
        return standings;
    }

    @Override
    public void close() {
        limiter.close();
    }
}
