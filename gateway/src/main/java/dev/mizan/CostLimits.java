package dev.mizan;

import dev.mizan.admin.CostLimiting;
import dev.mizan.money.NanoUsd;
import dev.mizan.report.CostLimitStore;
import dev.mizan.report.CostSettings;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The budgets of a day and a month that were set by the API, laid over the configuration. One holds until another is
 * set or the configuration says something else than it did then. Safe for use by many threads.
 */
final class CostLimits implements CostLimiting {
    private final CostLimitStore store;
    private final LiveConfiguration live;
    private final Clock clock;
    private volatile List<CostLimitStore.Change> latest;

    CostLimits(CostLimitStore store, LiveConfiguration live, Clock clock) {
        this.store = store;
        this.live = live;
        this.clock = clock;
        this.latest = store.latest();
    }

    /** {@code configured} with the budgets that were set since. */
    Configuration applyTo(Configuration configured) {
        CostSettings cost = configured.cost();
        return configured.withCost(new CostSettings(
                inForce(CostLimitStore.DAILY, cost.dailyLimit()),
                inForce(CostLimitStore.MONTHLY, cost.monthlyLimit()),
                cost.publicRead()));
    }

    /** Takes up what another process has set. */
    void refresh() {
        List<CostLimitStore.Change> now = store.latest();
        if (!now.equals(latest)) {
            latest = now;
            live.applyAgain();
        }
    }

    @Override
    public CostSettings update(Optional<NanoUsd> daily, Optional<NanoUsd> monthly, String by) {
        CostSettings configured = live.configured().cost();
        List<CostLimitStore.Change> sets = new ArrayList<>(2);
        daily.ifPresent(
                limit -> sets.add(new CostLimitStore.Change(CostLimitStore.DAILY, limit, configured.dailyLimit())));
        monthly.ifPresent(
                limit -> sets.add(new CostLimitStore.Change(CostLimitStore.MONTHLY, limit, configured.monthlyLimit())));
        store.add(sets, clock.millis(), by);
        latest = store.latest();
        live.applyAgain();
        return live.current().cost();
    }

    private NanoUsd inForce(String name, NanoUsd configured) {
        return latest.stream()
                .filter(set -> set.name().equals(name) && set.configured().equals(configured))
                .map(CostLimitStore.Change::limit)
                .findFirst()
                .orElse(configured);
    }
}
