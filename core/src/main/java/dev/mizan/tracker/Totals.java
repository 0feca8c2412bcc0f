package dev.mizan.tracker;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Usage;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/** Running sums of one day or month. Guarded by its tracker's lock. */
final class Totals {
    private NanoUsd cost = NanoUsd.ZERO;
    private long requests;
    private long inputTokens;
    private long outputTokens;
    private final Map<String, NanoUsd> byModel = new TreeMap<>();
    private final Map<String, NanoUsd> byProvider = new TreeMap<>();
    private final Map<String, NanoUsd> byTenant = new TreeMap<>();
    private final Map<String, NanoUsd> byUser = new TreeMap<>();
    private final Map<String, NanoUsd> byEndpoint = new TreeMap<>();

    NanoUsd cost() {
        return cost;
    }

    void add(String model, String provider, Usage usage, NanoUsd amount, CostTracker.Caller caller) {
        cost = cost.plus(amount);
        requests++;
        inputTokens += usage.inputTokens();
        outputTokens += usage.outputTokens();
        add(byModel, model, amount);
        add(byProvider, provider, amount);
        add(byTenant, caller.tenant(), amount);
        add(byUser, caller.user(), amount);
        add(byEndpoint, caller.endpoint(), amount);
    }

    private static void add(Map<String, NanoUsd> sums, String name, NanoUsd amount) {
        if (!name.isEmpty()) {
            sums.merge(name, amount, NanoUsd::plus);
        }
    }

    void clear() {
        cost = NanoUsd.ZERO;
        requests = 0;
        inputTokens = 0;
        outputTokens = 0;
        byModel.clear();
        byProvider.clear();
        byTenant.clear();
        byUser.clear();
        byEndpoint.clear();
    }

    CostSummary summary(String period) {
        return new CostSummary(
                period, cost, requests, inputTokens, outputTokens, byModel, byProvider, byTenant, byUser, byEndpoint);
    }

    /** E.g. {@code $12.34}, half-even. */
    static String dollars(NanoUsd amount) {
        return "$" + amount.usd().setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }
}
