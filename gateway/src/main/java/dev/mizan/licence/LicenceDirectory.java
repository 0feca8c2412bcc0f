package dev.mizan.licence;

import dev.mizan.identity.Directory;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import dev.mizan.identity.Plan;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What holds for licence keys: their package's limits, each licence's for itself, beside what holds of their tenant and
 * user; every other key is asked of another directory. A licence whose package nobody knows is blocked. Safe for use by
 * many threads; does no I/O.
 */
public final class LicenceDirectory implements Directory {
    /** How many memberships are kept at most; then all are made anew, as calls need them. */
    static final int KEPT_MAX = 20_000;

    private final Directory others;
    private final Function<String, Optional<Plan>> plans;
    private final Map<Key, Kept> kept = new ConcurrentHashMap<>();

    /** Of what the membership was made: as long as both are the same objects, so is it. */
    private record Kept(Optional<Plan> plan, Membership other, Membership membership) {
        // The objects' identity is what the callers of this go by, too.
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(Optional<Plan> planNow, Membership otherNow) {
            if (other != otherNow || plan.isPresent() != planNow.isPresent()) {
                return false;
            }
            return plan.isEmpty() || plan.get() == planNow.get();
        }
    }

    /**
     * A directory.
     *
     * @param plans the plan of a name, the same object until it changes
     */
    public LicenceDirectory(Directory others, Function<String, Optional<Plan>> plans) {
        this.others = others;
        this.plans = plans;
    }

    @Override
    public Membership of(Key key) {
        Membership other = others.of(key);
        if (!key.isLicence()) {
            return other;
        }
        Optional<Plan> plan = plans.apply(key.principal().plan());
        Kept known = kept.get(key);
        if (known != null && known.isOf(plan, other)) {
            return known.membership;
        }
        if (kept.size() >= KEPT_MAX) {
            kept.clear();
        }
        Membership made = plan.map(found -> with(other, found, key))
                .orElseGet(() -> unknown(other, key.principal().plan()));
        kept.put(key, new Kept(plan, other, made));
        return made;
    }

    @Override
    public Membership ofEndUser(String tenant, String endUser) {
        return others.ofEndUser(tenant, endUser);
    }

    @Override
    public Membership ofTags(List<String> tags) {
        return others.ofTags(tags);
    }

    int kept() {
        return kept.size();
    }

    private static Membership with(Membership other, Plan plan, Key key) {
        Subject subject = new Subject(Subject.Kind.KEY, key.id());
        List<Limit> limits = new ArrayList<>(other.limits());
        // A directory that knows plans by their name may have brought them already.
        plan.limits().stream()
                .map(limit -> limit.on(subject))
                .filter(limit -> !limits.contains(limit))
                .forEach(limits::add);
        List<Set<String>> models = new ArrayList<>(other.models());
        if (!plan.models().isEmpty() && !models.contains(plan.models())) {
            models.add(plan.models());
        }
        return new Membership(limits, models, other.endpoints(), other.networks(), other.blocked(), plan.name());
    }

    private static Membership unknown(Membership other, String plan) {
        return new Membership(
                other.limits(),
                other.models(),
                other.endpoints(),
                other.networks(),
                "package " + plan + " does not exist",
                plan);
    }
}
