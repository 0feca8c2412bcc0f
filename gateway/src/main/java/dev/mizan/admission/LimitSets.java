package dev.mizan.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mizan.ledger.Principal;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Subject.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Finds the limits that a call touches: those of the configuration whose subject it is of, and those of its key's
 * holders. What was found is kept, bounded, so that most calls find it with one look. Made once a configuration; safe
 * for use by many threads.
 */
public final class LimitSets {
    private static final int KEPT_MAX = 100_000;
    private static final Duration KEPT = Duration.ofHours(1);

    private final LimitSettings settings;
    private final LimitStore store;
    private final Cache<Touch, CallLimits> calls =
            Caffeine.newBuilder().maximumSize(KEPT_MAX).expireAfterAccess(KEPT).build();
    /** By deployment: of attempts under the call's own alias. There are as many as the configuration names. */
    private final Map<String, CallLimits> deployments = new ConcurrentHashMap<>();

    private final Cache<Attempted, CallLimits> attempts =
            Caffeine.newBuilder().maximumSize(KEPT_MAX).expireAfterAccess(KEPT).build();

    /** @param holders what the call's holders limit on the aliases that are tried */
    private record Attempted(List<Subject> subjects, List<Limit> holders) {}

    public LimitSets(LimitSettings settings, LimitStore store) {
        this.settings = settings;
        this.store = store;
    }

    public LimitSettings settings() {
        return settings;
    }

    /** The limits of a call, from its admission to its end. */
    public CallLimits of(Touch touch) {
        CallLimits known = calls.getIfPresent(touch);
        return known != null ? known : calls.get(touch, this::make);
    }

    /**
     * The limits of one attempt: those of the provider, of the deployment, and of the aliases that the deployment
     * belongs to where those are others than the call's, the holders' on them included.
     *
     * @param aliases those other aliases, each once
     */
    public CallLimits ofAttempt(String provider, String deployment, List<String> aliases, Touch touch) {
        if (aliases.isEmpty()) {
            CallLimits known = deployments.get(deployment);
            return known != null
                    ? known
                    : deployments.computeIfAbsent(
                            deployment, id -> makeAttempt(attempted(provider, id, List.of(), touch), id));
        }
        Attempted attempted = attempted(provider, deployment, aliases, touch);
        CallLimits known = attempts.getIfPresent(attempted);
        return known != null ? known : attempts.get(attempted, made -> makeAttempt(made, deployment));
    }

    private static Attempted attempted(String provider, String deployment, List<String> aliases, Touch touch) {
        List<Subject> subjects = new ArrayList<>(4);
        subjects.add(new Subject(Kind.PROVIDER, provider));
        subjects.add(new Subject(Kind.DEPLOYMENT, deployment));
        List<Limit> holders = new ArrayList<>();
        for (String alias : aliases) {
            subjects.add(new Subject(Kind.MODEL, alias));
            holders.addAll(onAlias(touch, alias));
        }
        return new Attempted(subjects, holders);
    }

    /** The limits that calls have touched within the last hour, each once, at most {@code limitsMax} of them. */
    public Set<Limit> inUse(int limitsMax) {
        Set<Limit> limits = new LinkedHashSet<>();
        for (Map<?, CallLimits> kept : List.of(deployments, attempts.asMap(), calls.asMap())) {
            for (CallLimits known : kept.values()) {
                for (Limit limit : known.prepared().limits()) {
                    if (limits.size() >= limitsMax) {
                        return limits;
                    }
                    limits.add(limit);
                }
            }
        }
        return limits;
    }

    private CallLimits make(Touch touch) {
        Set<Subject> subjects = subjects(touch);
        List<Degradation> degradations = new ArrayList<>();
        Set<Limit> limits = new LinkedHashSet<>();
        collect(subjects, limits, degradations);
        addMembers(touch, touch.membership().limits(), limits);
        addMembers(touch, touch.endUser().limits(), limits);
        addMembers(touch, touch.tagged().limits(), limits);
        return ready(limits, degradations);
    }

    private CallLimits makeAttempt(Attempted attempted, String deployment) {
        Set<Limit> limits = new LinkedHashSet<>(settings.deployments().getOrDefault(deployment, List.of()));
        collect(new LinkedHashSet<>(attempted.subjects), limits, new ArrayList<>());
        limits.addAll(attempted.holders);
        return ready(limits, List.of());
    }

    private CallLimits ready(Set<Limit> limits, List<Degradation> degradations) {
        List<Limit> ordered = new ArrayList<>(limits);
        ordered.sort(Comparator.comparing(limit -> !limit.meter().isGate()));
        return new CallLimits(store.prepare(ordered), degradations);
    }

    /** Adds what the configuration says of {@code subjects}. */
    private void collect(Set<Subject> subjects, Set<Limit> limits, List<Degradation> degradations) {
        for (Subject subject : subjects) {
            for (Limit limit : settings.limits()) {
                if (covers(limit.subject(), subject) && !isOverridden(limit, subject)) {
                    limits.add(limit.on(subject));
                }
            }
            for (Degradation degradation : settings.degradations()) {
                if (covers(degradation.limit().subject(), subject)) {
                    degradations.add(degradation.on(subject));
                }
            }
        }
    }

    /** Whether {@code limit} is for all of a kind, and {@code subject} has its own of the same meter and window. */
    private boolean isOverridden(Limit limit, Subject subject) {
        return limit.subject().isPattern()
                && settings.limits().stream()
                        .anyMatch(own -> !own.subject().isPattern()
                                && own.meter() == limit.meter()
                                && own.window().equals(limit.window())
                                && covers(own.subject(), subject));
    }

    /** Adds the holders' limits, those on one model only where that model answers. */
    private static void addMembers(Touch touch, List<Limit> members, Set<Limit> limits) {
        for (Limit limit : members) {
            if (!isOnOneModel(limit) || limit.subject().id().endsWith("\t" + touch.alias())) {
                limits.add(limit);
            }
        }
    }

    private static List<Limit> onAlias(Touch touch, String alias) {
        return Stream.of(touch.membership(), touch.endUser(), touch.tagged())
                .flatMap(holder -> holder.limits().stream())
                .filter(limit -> isOnOneModel(limit) && limit.subject().id().endsWith("\t" + alias))
                .toList();
    }

    private static boolean isOnOneModel(Limit limit) {
        return switch (limit.subject().kind()) {
            case KEY_MODEL, USER_MODEL, TEAM_MODEL -> true;
            default -> false;
        };
    }

    private static boolean covers(Subject ruled, Subject subject) {
        if (ruled.kind() != subject.kind()) {
            return false;
        }
        // An end-user is one of a tenant's; the configuration names it alone.
        return ruled.isPattern()
                || ruled.id().equals(subject.id())
                || (subject.kind() == Kind.END_USER && subject.id().endsWith("\t" + ruled.id()));
    }

    private static Set<Subject> subjects(Touch touch) {
        Principal principal = touch.principal();
        Set<Subject> subjects = new LinkedHashSet<>();
        subjects.add(Subject.GLOBAL);
        add(subjects, Kind.TENANT, principal.tenant());
        add(subjects, Kind.TEAM, principal.team());
        add(subjects, Kind.USER, principal.user());
        add(subjects, Kind.KEY, principal.keyId());
        if (!principal.team().isEmpty() && !principal.user().isEmpty()) {
            subjects.add(Subject.member(principal.team(), principal.user()));
        }
        if (!principal.endUser().isEmpty()) {
            add(subjects, Kind.END_USER, principal.tenant() + "\t" + principal.endUser());
        }
        add(subjects, Kind.MODEL, touch.alias());
        add(subjects, Kind.ENDPOINT, touch.endpoint());
        for (String tag : touch.tags()) {
            add(subjects, Kind.TAG, tag);
        }
        return subjects;
    }

    private static void add(Set<Subject> subjects, Kind kind, String id) {
        if (!id.isEmpty()) {
            subjects.add(new Subject(kind, id));
        }
    }
}
