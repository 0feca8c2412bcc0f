package dev.mizan;

import dev.mizan.admission.Degradation;
import dev.mizan.admission.Guards;
import dev.mizan.admission.LimitSettings;
import dev.mizan.identity.Plan;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.money.NanoUsd;
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
 */
public record Rules(LimitSettings limits, Map<String, Plan> plans, Guards guards) {
    /** What holds where nothing is configured. */
    public static final Rules NONE = new Rules(LimitSettings.NONE, Map.of(), Guards.NONE);

    /** The alerts of the two budgets of {@code cost}, in percent, as document 003 has them. */
    private static final List<Integer> COST_ALERTS = List.of(50, 75, 90);

    public Rules {
        plans = Collections.unmodifiableMap(new LinkedHashMap<>(plans));
    }

    /**
     * These and the budgets of {@code cost}: what the gateway may spend a day and a month.
     *
     * @param steps what is lost as either is used up
     */
    Rules withCost(CostSettings cost, List<Degradation.Step> steps, ZoneId zone) {
        List<Limit> all = new ArrayList<>(limits.limits());
        List<Degradation> degradations = new ArrayList<>(limits.degradations());
        for (Limit budget : budgets(cost, zone)) {
            all.add(budget);
            if (!steps.isEmpty()) {
                degradations.add(new Degradation(budget, steps));
            }
        }
        return new Rules(
                new LimitSettings(
                        all, degradations, limits.deployments(), limits.budgetStatus(), limits.allowsUnbounded()),
                plans,
                guards);
    }

    private static List<Limit> budgets(CostSettings cost, ZoneId zone) {
        List<Limit> budgets = new ArrayList<>(2);
        if (!cost.dailyLimit().isZero()) {
            budgets.add(budget(Window.day(zone), cost.dailyLimit(), "cost.daily_limit"));
        }
        if (!cost.monthlyLimit().isZero()) {
            budgets.add(budget(Window.month(zone), cost.monthlyLimit(), "cost.monthly_limit"));
        }
        return budgets;
    }

    private static Limit budget(Window window, NanoUsd cap, String origin) {
        return new Limit(
                Subject.GLOBAL,
                Meter.COST,
                window,
                cap.nanos(),
                new AtCap.Block(),
                Reserve.WORST_CASE,
                false,
                COST_ALERTS,
                origin);
    }
}
