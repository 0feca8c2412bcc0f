package dev.mizan;

import dev.mizan.admission.LimitSets;
import dev.mizan.admission.LimitStore;
import dev.mizan.alert.Standings;
import dev.mizan.limit.BalancesUnavailableException;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** How the limits stand that calls have touched lately, for alerts and reports. Blocking; safe for many threads. */
final class LimitStandings implements Standings {
    /** How many limits are looked at, at most. */
    static final int LIMITS_MAX = 20_000;

    private static final int ASKED_AT_ONCE = 500;
    private static final long WAIT_SECONDS = 6;

    private final LimitStore store;
    private final Supplier<LimitSets> sets;

    /** @param sets asked for with each look: the limits that calls touch now */
    LimitStandings(LimitStore store, Supplier<LimitSets> sets) {
        this.store = store;
        this.sets = sets;
    }

    /** Those that somebody watches: with thresholds, or of money. */
    @Override
    public List<Standing> all() {
        return standings(sets.get().inUse(LIMITS_MAX).stream()
                .filter(limit -> !limit.alertAt().isEmpty() || limit.meter() == Meter.COST)
                .toList());
    }

    @Override
    public List<Standing> of(Subject subject) {
        return standings(sets.get().inUse(LIMITS_MAX).stream()
                .filter(limit -> limit.subject().equals(subject))
                .toList());
    }

    /** How {@code limit} stands; empty while that can't be known. */
    Optional<Standing> of(Limit limit) {
        try {
            return standings(List.of(limit)).stream().findFirst();
        } catch (BalancesUnavailableException e) {
            return Optional.empty();
        }
    }

    private List<Standing> standings(List<Limit> limits) {
        List<Standing> standings = new ArrayList<>(limits.size());
        for (int from = 0; from < limits.size(); from += ASKED_AT_ONCE) {
            standings.addAll(asked(limits.subList(from, Math.min(limits.size(), from + ASKED_AT_ONCE))));
        }
        return standings;
    }

    private List<Standing> asked(List<Limit> limits) {
        try {
            return store.standings(limits)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BalancesUnavailableException("how limits stand can't be read now", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BalancesUnavailableException("interrupted while limits were read", e);
        }
    }
}
