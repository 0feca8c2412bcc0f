package dev.mizan.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.ledger.Principal;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Subject;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What holds for callers by what is stored of their key, user, team and tenant, of end-users and of tags, with their
 * budgets and plans. Each adds its own: a call must fit all of it.
 *
 * <p>A membership is made of the objects that were found; while those are the same, so is it. A budget or plan that is
 * named and not there blocks, since its limits can't be kept. Safe for use by many threads; does no I/O.
 */
public final class StoredDirectory implements Directory {
    /** How many memberships of each sort are kept at most; others are made anew when calls need them. */
    static final int KEPT_MAX = 100_000;

    private final Function<String, Optional<StoredKey>> keys;
    private final Holders holders;
    private final Function<String, Optional<Plan>> plans;
    private final Supplier<ZoneId> zone;
    private final Clock clock;

    private final Cache<String, Kept> ofKeys = cache();
    private final Cache<String, Kept> ofCustomers = cache();
    private final Cache<List<String>, Kept> ofTags = cache();
    private final Cache<String, MadePlan> made = cache();
    private final Cache<String, MadeMembers> members = cache();

    /**
     * Of what a membership was made, and until when it is good.
     *
     * @param untilMillis when a temporary increase ends, Unix milliseconds
     */
    private record Kept(List<Object> sources, long untilMillis, Membership membership) {
        // The objects' identity is what the callers of this go by, too.
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(List<Object> now, long nowMillis) {
            if (nowMillis >= untilMillis || sources.size() != now.size()) {
                return false;
            }
            for (int i = 0; i < now.size(); i++) {
                if (sources.get(i) != now.get(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    private record MadePlan(Holder holder, ZoneId zone, Plan plan) {}

    private record MadeMembers(Holder team, TeamMembers members) {}

    /**
     * A directory.
     *
     * @param keys the stored key of an id, from memory: the same object until it changes
     * @param plans plans that are not stored, by name: the same object until it changes; they come before stored ones
     * @param zone whose midnights end days and months; the same object until it changes
     */
    public StoredDirectory(
            Function<String, Optional<StoredKey>> keys,
            Holders holders,
            Function<String, Optional<Plan>> plans,
            Supplier<ZoneId> zone,
            Clock clock) {
        this.keys = keys;
        this.holders = holders;
        this.plans = plans;
        this.zone = zone;
        this.clock = clock;
    }

    private static <K, V> Cache<K, V> cache() {
        return Caffeine.newBuilder().maximumSize(KEPT_MAX).build();
    }

    @Override
    public Membership of(Key key) {
        if (key.isMaster()) {
            return Membership.FREE;
        }
        Principal principal = key.principal();
        List<Limited> found = new ArrayList<>(8);
        keys.apply(key.id()).ifPresent(found::add);
        holders.find(Kind.USER, principal.user()).ifPresent(found::add);
        holders.find(Kind.TEAM, principal.team()).ifPresent(found::add);
        holders.find(Kind.TENANT, principal.tenant()).ifPresent(found::add);
        return kept(ofKeys, key.id(), found, principal.tenant(), principal.user());
    }

    @Override
    public Membership ofEndUser(String tenant, String endUser) {
        if (!holders.any(Kind.CUSTOMER)) {
            return Membership.FREE;
        }
        String id = Holder.customerId(tenant, endUser);
        Optional<Holder> customer = holders.find(Kind.CUSTOMER, id);
        if (customer.isEmpty()) {
            customer = holders.find(Kind.CUSTOMER, Holder.customerId("", endUser));
        }
        return customer.isEmpty() ? Membership.FREE : kept(ofCustomers, id, List.of(customer.get()), tenant, "");
    }

    @Override
    public Membership ofTags(List<String> tags) {
        if (tags.isEmpty() || !holders.any(Kind.TAG)) {
            return Membership.FREE;
        }
        List<Limited> found = new ArrayList<>(tags.size());
        for (String tag : new LinkedHashSet<>(tags)) {
            holders.find(Kind.TAG, tag).ifPresent(found::add);
        }
        return found.isEmpty() ? Membership.FREE : kept(ofTags, tags, found, "", "");
    }

    /** The limits of {@code key} itself: its own, its plan's and its budget's. */
    public List<Limit> limitsOf(StoredKey key) {
        return new Making(key.profile().tenant(), "", clock.millis())
                .of(List.of(key))
                .limits();
    }

    /**
     * The limits of {@code holder} itself: its own, its plan's and its budget's; none of what has no calls.
     *
     * @param tenant whose, of a customer
     */
    public List<Limit> limitsOf(Holder holder, String tenant) {
        return switch (holder.kind()) {
            case BUDGET, PLAN -> List.of();
            case TENANT, TEAM, USER, CUSTOMER, TAG ->
                new Making(tenant, "", clock.millis()).of(List.of(holder)).limits();
        };
    }

    /** The limits of {@code user} as one who calls for {@code team}. */
    public List<Limit> limitsOfMember(Holder team, String user) {
        return members(team)
                .of(user)
                .limits(Subject.member(team.id(), user), member(team, user), zone.get(), clock.millis());
    }

    /** A team may have thousands of members: they are read once for all its keys. */
    @SuppressWarnings("ReferenceEquality")
    private TeamMembers members(Holder team) {
        MadeMembers known = members.getIfPresent(team.id());
        if (known != null && known.team == team) {
            return known.members;
        }
        TeamMembers read = TeamMembers.read(team.profile().details());
        members.put(team.id(), new MadeMembers(team, read));
        return read;
    }

    private static String member(Holder team, String user) {
        return "user " + user + " of " + team;
    }

    /** The plan of this name: configured, stored, or a package of licences. The same object until it changes. */
    public Optional<Plan> plan(String name) {
        Optional<Plan> known = plans.apply(name);
        return known.isPresent() ? known : holders.find(Kind.PLAN, name).map(this::made);
    }

    @SuppressWarnings("ReferenceEquality")
    private Plan made(Holder holder) {
        ZoneId now = zone.get();
        MadePlan known = made.getIfPresent(holder.id());
        if (known != null && known.holder == holder && known.zone.equals(now)) {
            return known.plan;
        }
        Holder.Profile profile = holder.profile();
        PlanPrice price = PlanPrice.read(profile.details());
        Plan plan = new Plan(
                holder.id(),
                price.amount(),
                price.currency(),
                price.per(),
                Set.copyOf(profile.models()),
                profile.allowance().limits(new Subject(Subject.Kind.KEY, Subject.ANY), "plan " + holder.id(), now, 0));
        made.put(holder.id(), new MadePlan(holder, now, plan));
        return plan;
    }

    private <K> Membership kept(Cache<K, Kept> cache, K id, List<? extends Limited> found, String tenant, String user) {
        if (found.isEmpty()) {
            return Membership.FREE;
        }
        List<Object> sources = new ArrayList<>(found);
        for (Limited source : found) {
            if (!source.plan().isEmpty()) {
                plan(source.plan()).ifPresent(sources::add);
            }
            if (!source.allowance().budget().isEmpty()) {
                holders.find(Kind.BUDGET, source.allowance().budget()).ifPresent(sources::add);
            }
        }
        sources.add(zone.get());
        long now = clock.millis();
        Kept known = cache.getIfPresent(id);
        if (known != null && known.isOf(sources, now)) {
            return known.membership;
        }
        Kept fresh = new Kept(sources, until(found, now), new Making(tenant, user, now).of(found));
        cache.put(id, fresh);
        return fresh.membership;
    }

    private static long until(List<? extends Limited> found, long now) {
        long until = Long.MAX_VALUE;
        for (Limited source : found) {
            long end = source.allowance().increasedUntilMillis();
            if (end > now) {
                until = Math.min(until, end);
            }
        }
        return until;
    }

    /** Puts one membership together. Not safe for use by many threads. */
    private final class Making {
        private final String tenant;
        private final String user;
        private final long now;
        private final Set<Limit> limits = new LinkedHashSet<>();
        private final List<Set<String>> models = new ArrayList<>();
        private final List<String> endpoints = new ArrayList<>();
        private final List<String> networks = new ArrayList<>();
        private String blocked = "";
        private String plan = "";

        /** @param user whose calls are made for the team that is found; empty for none's */
        Making(String tenant, String user, long now) {
            this.tenant = tenant;
            this.user = user;
            this.now = now;
        }

        Membership of(List<? extends Limited> found) {
            for (Limited source : found) {
                add(source);
            }
            return new Membership(List.copyOf(limits), models, Set.copyOf(endpoints), networks, blocked, plan);
        }

        private void add(Limited source) {
            Subject subject =
                    switch (source) {
                        case StoredKey key -> new Subject(Subject.Kind.KEY, key.id());
                        case Holder holder -> subject(holder, tenant);
                    };
            if (source instanceof Holder holder && holder.profile().blocked()) {
                block(holder + " is blocked");
            }
            Allowance allowance = source.allowance();
            limits.addAll(allowance.limits(subject, origin(source), zone.get(), now));
            if (source instanceof Holder team && team.kind() == Kind.TEAM && !user.isEmpty()) {
                limits.addAll(limitsOfMember(team, user));
            }
            allow(Set.copyOf(source.models()));
            endpoints.addAll(allowance.endpoints());
            networks.addAll(allowance.networks());
            if (!source.plan().isEmpty()) {
                plan = plan.isEmpty() ? source.plan() : plan;
                plan(source.plan())
                        .ifPresentOrElse(
                                its -> add(its, subject), () -> block("plan " + source.plan() + " does not exist"));
            }
            if (!allowance.budget().isEmpty()) {
                String origin = "budget " + allowance.budget();
                holders.find(Kind.BUDGET, allowance.budget())
                        .ifPresentOrElse(
                                its -> limits.addAll(its.allowance().limits(subject, origin, zone.get(), now)),
                                () -> block(origin + " does not exist"));
            }
        }

        private void add(Plan its, Subject subject) {
            its.limits().forEach(limit -> limits.add(limit.on(subject)));
            allow(its.models());
        }

        private void allow(Set<String> aliases) {
            if (!aliases.isEmpty() && !models.contains(aliases)) {
                models.add(aliases);
            }
        }

        private void block(String why) {
            blocked = blocked.isEmpty() ? why : blocked;
        }
    }

    private static String origin(Limited source) {
        return switch (source) {
            case StoredKey key -> "key " + key.id();
            case Holder holder -> holder.toString();
        };
    }

    /** What the calls of {@code holder} count for. */
    public static Subject subject(Holder holder, String tenant) {
        return switch (holder.kind()) {
            case TENANT -> new Subject(Subject.Kind.TENANT, holder.id());
            case TEAM -> new Subject(Subject.Kind.TEAM, holder.id());
            case USER -> new Subject(Subject.Kind.USER, holder.id());
            case CUSTOMER -> Subject.endUser(tenant, holder.name());
            case TAG -> new Subject(Subject.Kind.TAG, holder.id());
            case BUDGET, PLAN -> throw new IllegalStateException(holder + ": calls nobody");
        };
    }
}
