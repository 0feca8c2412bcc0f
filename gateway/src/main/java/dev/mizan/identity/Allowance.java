package dev.mizan.identity;

import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is set of one holder (key, user, team, tenant, customer), or of a budget or plan that holders share: how much it
 * may use, and from where.
 *
 * @param amounts what is set, in the meter's unit, 0 to {@link Limit#CAP_MAX}; what is missing is not limited
 * @param budgetDuration the window of {@link Quota#MAX_BUDGET}, as {@link Window#parse} reads it; empty for lifetime
 * @param increasedUntilMillis until when {@link Quota#TEMP_BUDGET_INCREASE} holds, Unix milliseconds; 0 if none is set
 * @param budgets budgets of other windows beside it
 * @param models what calls to one model may use
 * @param endpoints paths that may be called; empty for all
 * @param networks CIDR blocks that calls may come from; empty for all
 * @param budget the id of a budget whose limits hold too, for this holder alone; empty if there is none
 */
public record Allowance(
        Map<Quota, Long> amounts,
        String budgetDuration,
        long increasedUntilMillis,
        List<TimedBudget> budgets,
        List<ModelQuota> models,
        List<String> endpoints,
        List<String> networks,
        String budget) {
    /** Nothing is set. */
    public static final Allowance NONE = new Allowance(Map.of(), "", 0, List.of(), List.of(), List.of(), List.of(), "");

    public Allowance {
        EnumMap<Quota, Long> copy = new EnumMap<>(Quota.class);
        copy.putAll(amounts);
        amounts = Collections.unmodifiableMap(copy);
        budgets = List.copyOf(budgets);
        models = List.copyOf(models);
        endpoints = List.copyOf(endpoints);
        networks = List.copyOf(networks);
    }

    /**
     * A budget of a window of its own.
     *
     * @param amount nano-USD
     * @param duration as {@link Allowance#budgetDuration}
     */
    public record TimedBudget(long amount, String duration) {}

    /**
     * What calls to one model alias may use.
     *
     * @param quota {@link Quota#MAX_BUDGET}, {@link Quota#RPM_LIMIT} or {@link Quota#TPM_LIMIT}
     * @param duration the window of money; empty for lifetime
     */
    public record ModelQuota(String model, Quota quota, long amount, String duration) {}

    /** Whether {@code text} can be the window of a budget; empty stands for lifetime. */
    public static boolean isDuration(String text) {
        return text.isEmpty()
                || Window.parse(text, ZoneId.of("UTC"))
                        .filter(window -> !(window instanceof Window.InFlight))
                        .isPresent();
    }

    /**
     * The limits that this sets on {@code subject}.
     *
     * @param subject a pattern stands for whoever the plan is given to: then there is nothing on single models
     * @param origin where it is set, for people: {@code user ayse}
     * @param zone whose midnights end days and months
     */
    public List<Limit> limits(Subject subject, String origin, ZoneId zone, long nowMillis) {
        List<Limit> limits = new ArrayList<>();
        Window window = window(budgetDuration, zone);
        if (amounts.containsKey(Quota.MAX_BUDGET)) {
            long increase = nowMillis < increasedUntilMillis ? amounts.getOrDefault(Quota.TEMP_BUDGET_INCREASE, 0L) : 0;
            long cap = Math.min(Limit.CAP_MAX, amounts.getOrDefault(Quota.MAX_BUDGET, 0L) + increase);
            limits.add(block(subject, Meter.COST, window, cap, origin));
        }
        if (amounts.containsKey(Quota.SOFT_BUDGET)) {
            limits.add(soft(subject, window, amounts.getOrDefault(Quota.SOFT_BUDGET, 0L), origin));
        }
        for (TimedBudget timed : budgets) {
            limits.add(block(subject, Meter.COST, window(timed.duration, zone), timed.amount, origin));
        }
        for (Quota quota : Quota.counted()) {
            Long amount = amounts.get(quota);
            if (amount != null) {
                limits.add(block(subject, quota.meter(), quota.window(zone), amount, origin));
            }
        }
        for (ModelQuota model : models) {
            Window modelWindow = model.quota.isMoney() ? window(model.duration, zone) : model.quota.window(zone);
            limits.add(block(subject.onModel(model.model), model.quota.meter(), modelWindow, model.amount, origin));
        }
        return limits;
    }

    private static Window window(String duration, ZoneId zone) {
        return duration.isEmpty()
                ? Window.LIFETIME
                : Window.parse(duration, zone).orElse(Window.LIFETIME);
    }

    private static Limit block(Subject subject, Meter meter, Window window, long cap, String origin) {
        return limit(subject, meter, window, cap, new AtCap.Block(), List.of(), origin);
    }

    /** Counts in the same account as the budget, and tells once all of it is used. */
    private static Limit soft(Subject subject, Window window, long cap, String origin) {
        return limit(subject, Meter.COST, window, cap, new AtCap.Notify(), List.of(100), origin);
    }

    private static Limit limit(
            Subject subject, Meter meter, Window window, long cap, AtCap atCap, List<Integer> alertAt, String origin) {
        Reserve reserve = Reserve.byDefault(meter, window);
        return new Limit(subject, meter, window, cap, atCap, reserve, false, alertAt, origin);
    }
}
