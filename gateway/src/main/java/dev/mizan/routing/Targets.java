package dev.mizan.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The deployments that one call tries, in order: its alias's own, as often as its retries allow and a fresh one before
 * one that has failed, then one of each fallback. Bounded by {@code 1 + retries + fallbacks}. Not safe for use by many
 * threads.
 */
public final class Targets {
    private final Aliases aliases;
    private final Alias alias;
    private final List<Deployment> tried = new ArrayList<>(2);
    private Alias current;
    private int own;
    private int fallback;

    public Targets(Aliases aliases, Alias alias) {
        this.aliases = aliases;
        this.alias = alias;
        this.current = alias;
    }

    /** The next deployment to try; empty if none is left. */
    public Optional<Deployment> next() {
        if (own <= alias.retries()) {
            own++;
            return Optional.of(pick(alias));
        }
        return nextFallback();
    }

    /** The next fallback's deployment: for a failure that another try at the same alias can't mend. */
    public Optional<Deployment> nextFallback() {
        own = Integer.MAX_VALUE;
        while (fallback < alias.fallbacks().size()) {
            Optional<Alias> next = aliases.find(alias.fallbacks().get(fallback++));
            if (next.isPresent()) {
                return Optional.of(pick(next.get()));
            }
        }
        return Optional.empty();
    }

    /**
     * What to try in place of the last one, which can't be tried now: another deployment of the same alias that was not
     * tried yet, without counting as a retry; else the next fallback's.
     */
    public Optional<Deployment> instead() {
        for (Deployment other : current.deployments()) {
            if (!tried.contains(other)) {
                tried.add(other);
                return Optional.of(other);
            }
        }
        return nextFallback();
    }

    /** Whether {@code deployment} was tried before its last pick: then the next try waits. */
    public boolean isRepeat() {
        int last = tried.size() - 1;
        return last > 0 && tried.subList(0, last).contains(tried.get(last));
    }

    private Deployment pick(Alias from) {
        current = from;
        Deployment picked = from.pick();
        if (tried.contains(picked)) {
            for (Deployment other : from.deployments()) {
                if (!tried.contains(other)) {
                    picked = other;
                    break;
                }
            }
        }
        tried.add(picked);
        return picked;
    }
}
