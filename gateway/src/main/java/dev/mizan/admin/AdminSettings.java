package dev.mizan.admin;

import dev.mizan.money.NanoUsd;
import java.time.ZoneId;

/**
 * What the configuration says to the management and report API.
 *
 * @param timeZone whose midnights end the days and months of reports
 * @param language of messages where the caller asks for none: {@code en}, {@code tr} or {@code ar}
 * @param dailyLimit what the cost API compares the day's cost with; zero for none
 * @param monthlyLimit what the cost API compares the month's cost with; zero for none
 * @param publicCost whether the cost API may be read without a key by callers on a loopback address
 * @param publicMetrics whether {@code /metrics} may be read without the master key
 */
public record AdminSettings(
        ZoneId timeZone,
        String language,
        NanoUsd dailyLimit,
        NanoUsd monthlyLimit,
        boolean publicCost,
        boolean publicMetrics) {}
