package dev.mizan.report;

import dev.mizan.money.NanoUsd;
import java.util.List;

/** Keeps the budgets of a day and a month that were set while running. Blocking; safe for use by many threads. */
public interface CostLimitStore {
    /** The name of the budget of a day, and of that of a month. */
    String DAILY = "daily_limit";

    String MONTHLY = "monthly_limit";

    /** Of each name the last that was set; at most one a name. */
    List<Change> latest();

    /** Adds {@code changes}, all or none, with their trace in the audit log. */
    void add(List<Change> changes, long atMillis, String by);

    /**
     * One budget.
     *
     * @param name {@link #DAILY} or {@link #MONTHLY}
     * @param limit more than zero
     * @param configured what the configuration said when it was set; zero for nothing
     */
    record Change(String name, NanoUsd limit, NanoUsd configured) {}
}
