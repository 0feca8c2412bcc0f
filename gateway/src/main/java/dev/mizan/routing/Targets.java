package dev.mizan.routing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The deployments that one call tries, in order: its alias's own, as often as its retries allow and a fresh one before
 * one that has failed, then one of each fallback. Broken ones are passed over without costing a retry, and tried in
 * the end where nothing better is left. Bounded by {@code 1 + retries} and all fallbacks, each once. Not safe for use
 * by many threads.
 */
public final class Targets {
    private final Aliases aliases;
    private final Alias alias;
    private final CallFacts facts;
    private final List<Deployment> tried = new ArrayList<>(2);
    private final Deque<Alias> passedOver = new ArrayDeque<>(1);
    private final Set<Complaint> followed = EnumSet.noneOf(Complaint.class);
    private List<String> list;
    private Alias current;
    private int own;
    private int fallback;

    public Targets(Aliases aliases, Alias alias, CallFacts facts) {
        this.aliases = aliases;
        this.alias = alias;
        this.facts = facts;
        this.list = alias.fallbacks();
        this.current = alias;
    }

    /** The next deployment to try; empty if none is left. */
    public Optional<Deployment> next() {
        if (own <= alias.retries()) {
            Optional<Deployment> picked = pick(alias, Targets::permits);
            if (picked.isPresent()) {
                own++;
                return picked;
            }
        }
        Optional<Deployment> other = healthyFallback();
        if (other.isPresent()) {
            return other;
        }
        return own++ <= alias.retries() ? leastBad(alias) : brokenFallback();
    }

    /** The next fallback's deployment: for a failure that another try at the same alias can't mend. */
    public Optional<Deployment> nextFallback() {
        own = alias.retries() + 1;
        return healthyFallback().or(this::brokenFallback);
    }

    /**
     * What to try after a provider's error.
     *
     * @param mayPass whether another try may mend it
     * @param mayWait whether the same alias may be tried again
     */
    public Optional<Deployment> after(Complaint complaint, boolean mayPass, boolean mayWait) {
        if (complaint != Complaint.OTHER && !alias.fallbacks(complaint).isEmpty()) {
            if (followed.add(complaint)) {
                list = alias.fallbacks(complaint);
                fallback = 0;
                passedOver.clear();
            }
            return nextFallback();
        }
        if (!mayPass) {
            return Optional.empty();
        }
        return mayWait ? next() : nextFallback();
    }

    /**
     * What to try in place of the last one, which can't be tried now: another deployment of the same alias that was not
     * tried yet, without counting as a retry; else the next fallback's.
     */
    public Optional<Deployment> instead() {
        return untried(current, Targets::permits).or(this::nextFallback).or(() -> untried(current, Targets::whatever));
    }

    /** Whether {@code deployment} was tried before its last pick: then the next try waits. */
    public boolean isRepeat() {
        int last = tried.size() - 1;
        return last > 0 && tried.subList(0, last).contains(tried.get(last));
    }

    private Optional<Deployment> healthyFallback() {
        while (fallback < list.size()) {
            Optional<Alias> next = aliases.find(list.get(fallback++));
            if (next.isPresent()) {
                Optional<Deployment> picked = pick(next.get(), Targets::permits);
                if (picked.isPresent()) {
                    return picked;
                }
                passedOver.add(next.get());
            }
        }
        return Optional.empty();
    }

    private Optional<Deployment> brokenFallback() {
        Alias next = passedOver.poll();
        return next == null ? Optional.empty() : leastBad(next);
    }

    private Optional<Deployment> leastBad(Alias from) {
        return taken(from, from.leastBad(this::isFresh).or(() -> from.leastBad(Targets::whatever)));
    }

    private Optional<Deployment> pick(Alias from, Predicate<Candidate> allowed) {
        Optional<Deployment> fresh = untried(from, allowed);
        return fresh.isPresent() ? fresh : taken(from, from.pick(facts, allowed));
    }

    private Optional<Deployment> untried(Alias from, Predicate<Candidate> allowed) {
        Predicate<Candidate> fresh = candidate -> isFresh(candidate) && allowed.test(candidate);
        Optional<Deployment> picked = from.pick(facts, fresh);
        return taken(from, picked.isPresent() ? picked : from.any(fresh));
    }

    private Optional<Deployment> taken(Alias from, Optional<Deployment> picked) {
        picked.ifPresent(deployment -> {
            current = from;
            tried.add(deployment);
        });
        return picked;
    }

    private boolean isFresh(Candidate candidate) {
        return !tried.contains(candidate.deployment());
    }

    private static boolean permits(Candidate candidate) {
        return candidate.condition().permits();
    }

    private static boolean whatever(Candidate candidate) {
        return true;
    }
}
