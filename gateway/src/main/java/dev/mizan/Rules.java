package dev.mizan;

import dev.mizan.admission.Degradation;
import dev.mizan.admission.Guards;
import dev.mizan.admission.LimitSettings;
import dev.mizan.identity.Plan;
import dev.mizan.limit.Limit;
import dev.mizan.report.CostSettings;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What calls must keep to ({@code limits}, {@code plans}, {@code guards}, {@code cost}, {@code degrade}).
 *
 * @param plans by name, in the file's order
 * @param steps what is lost as either budget of {@code cost} is used up
 */
public record Rules(LimitSettings limits, Map<String, Plan> plans, Guards guards, List<Degradation.Step> steps) {
    /** What holds where nothing is configured. */
    public static final Rules NONE = new Rules(LimitSettings.NONE, Map.of(), Guards.NONE, List.of());

    public Rules {
        plans = Collections.unmodifiableMap(new LinkedHashMap<>(plans));
        steps = List.copyOf(steps);
    }

    /** These with the budgets of {@code cost} in place of those that they had. */
    Rules withCost(CostSettings cost, ZoneId zone) {
        List<Limit> all = new ArrayList<>(limits.limits());
        List<Degradation> degradations = new ArrayList<>(limits.degradations());
        all.removeIf(limit -> limit.origin().startsWith(CostSettings.ORIGIN));
        degradations.removeIf(one -> one.limit().origin().startsWith(CostSettings.ORIGIN));
        for (Limit budget : List.of(cost.day(zone), cost.month(zone))) {
            if (budget.cap() > 0) {
                all.add(budget);
                if (!steps.isEmpty()) {
                    degradations.add(new Degradation(budget, steps));
                }
            }
        }
        return new Rules(
                new LimitSettings(
                        all, degradations, limits.deployments(), limits.budgetStatus(), limits.allowsUnbounded()),
                plans,
                guards,
                steps);
    }
}
