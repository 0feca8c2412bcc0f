package dev.mizan.admin;

import dev.mizan.money.NanoUsd;
import dev.mizan.report.CostSettings;
import java.util.Optional;

/** Sets the budgets of a day and a month while running. Blocking; safe for use by many threads. */
@FunctionalInterface
public interface CostLimiting {
    /**
     * Sets what is given, for calls that come from now on, in this process and within a second in the others.
     *
     * @param daily more than zero; empty to leave it as it is
     * @param monthly likewise
     * @param by id of the key that asks for it
     * @return what holds now
     */
    CostSettings update(Optional<NanoUsd> daily, Optional<NanoUsd> monthly, String by);
}
