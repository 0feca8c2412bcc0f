package dev.mizan.routing;

import dev.mizan.routing.ModelSettings.Strategy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Chooses one of several deployments by a strategy that looks at them. Safe for use by many threads. */
final class Chooser {
    /** Under {@code lowest-latency}, one pick in so many goes round, so that what has become faster is noticed. */
    static final int EXPLORE_EVERY = 20;

    private final Strategy strategy;
    private final AtomicInteger turn = new AtomicInteger();

    Chooser(Strategy strategy) {
        this.strategy = strategy;
    }

    /** @param allowed not empty; all with a share above 0 */
    Candidate choose(List<Candidate> allowed, CallFacts facts) {
        int next = turn.getAndIncrement() & Integer.MAX_VALUE;
        return switch (strategy) {
            case WEIGHTED, COMPLEXITY ->
                throw new IllegalStateException(
                        "strategy: " + strategy.label() + " (expected: one that looks at them)");
            case LEAST_BUSY -> least(allowed, next, one -> one.condition().inFlight());
            case LOWEST_LATENCY -> fastest(allowed, next);
            case LOWEST_COST -> least(allowed, next, one -> facts.costNanos().applyAsLong(one.deployment()));
            case USAGE_BASED -> least(allowed, next, one -> -Math.max(one.headroom(), -Long.MAX_VALUE));
            case STICKY -> most(allowed, one -> rendezvous(facts.key(), one));
        };
    }

    /** What was never measured comes first: the least busy of those, so that not all calls wait for one. */
    private static Candidate fastest(List<Candidate> allowed, int turn) {
        if (turn % EXPLORE_EVERY == EXPLORE_EVERY - 1) {
            return allowed.get(turn / EXPLORE_EVERY % allowed.size());
        }
        List<Candidate> unknown = allowed.stream()
                .filter(one -> one.condition().latency().isZero())
                .toList();
        return unknown.isEmpty()
                ? least(allowed, turn, one -> one.condition().latency().toNanos())
                : least(unknown, turn, one -> one.condition().inFlight());
    }

    /** The one with the least; equals take turns. */
    private static Candidate least(List<Candidate> allowed, int turn, ToLongFunction<Candidate> measure) {
        Candidate best = allowed.getFirst();
        long least = measure.applyAsLong(best);
        int equals = 1;
        for (Candidate one : allowed.subList(1, allowed.size())) {
            long measured = measure.applyAsLong(one);
            if (measured < least) {
                best = one;
                least = measured;
                equals = 1;
            } else if (measured == least) {
                equals++;
            }
        }
        if (equals == 1) {
            return best;
        }
        int skip = turn % equals;
        for (Candidate one : allowed) {
            // What changed meanwhile is no longer equal.
            if (measure.applyAsLong(one) == least && skip-- == 0) {
                return one;
            }
        }
        return best;
    }

    private static Candidate most(List<Candidate> allowed, ToDoubleFunction<Candidate> measure) {
        Candidate best = allowed.getFirst();
        double most = measure.applyAsDouble(best);
        for (Candidate one : allowed.subList(1, allowed.size())) {
            double measured = measure.applyAsDouble(one);
            if (measured > most) {
                best = one;
                most = measured;
            }
        }
        return best;
    }

    /**
     * Weighted rendezvous hashing (Schindelhauer and Schomaker's logarithmic method,
     * <a href="https://datatracker.ietf.org/doc/html/draft-ietf-bess-weighted-hrw">draft-ietf-bess-weighted-hrw</a>):
     * a key goes where its score is highest, so that only the keys of a deployment that goes move, in the proportion of
     * the others' shares.
     */
    private static double rendezvous(String key, Candidate one) {
        long hash = mixed(fnv(fnv(0xcbf29ce484222325L, key), one.deployment().id()));
        double unit = ((hash >>> 12) + 0.5) * 0x1.0p-52;
        return -one.share() / Math.log(unit);
    }

    private static long fnv(long hash, String text) {
        long mixed = hash;
        for (int i = 0; i < text.length(); i++) {
            mixed = (mixed ^ text.charAt(i)) * 0x100000001b3L;
        }
        return (mixed ^ 0xff) * 0x100000001b3L;
    }

    /** The last step of SplitMix64: every bit of the hash depends on every bit of what was hashed. */
    private static long mixed(long hash) {
        long z = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
