package dev.mizan.report;

import dev.mizan.money.NanoUsd;

/**
 * What the cost API shows ({@code cost}, {@code cost_api}). The two limits are shown and compared with; calls are not
 * refused by them.
 *
 * @param dailyLimit zero for none
 * @param monthlyLimit zero for none
 * @param publicRead whether the cost API may be read without a key; allowed on a loopback address only; default false
 */
public record CostSettings(NanoUsd dailyLimit, NanoUsd monthlyLimit, boolean publicRead) {
    /** What holds where nothing is configured. */
    public static final CostSettings DEFAULT = new CostSettings(NanoUsd.ZERO, NanoUsd.ZERO, false);
}
