package dev.mizan.report;

import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.money.NanoUsd;
import java.time.ZoneId;
import java.util.List;

/**
 * What the gateway may spend a day and a month ({@code cost}), and who may read the cost API ({@code cost_api}).
 *
 * @param dailyLimit zero for none
 * @param monthlyLimit zero for none
 * @param publicRead whether the cost API may be read without a key; allowed on a loopback address only; default false
 */
public record CostSettings(NanoUsd dailyLimit, NanoUsd monthlyLimit, boolean publicRead) {
    /** What holds where nothing is configured. */
    public static final CostSettings DEFAULT = new CostSettings(NanoUsd.ZERO, NanoUsd.ZERO, false);

    /** What the limits made of these are told to be of. */
    public static final String ORIGIN = "cost.";

    /** The alerts of the two budgets, in percent, as the cost tracker has them. */
    private static final List<Integer> ALERT_AT = List.of(50, 75, 90);

    /** The budget of a day as a limit of the gateway; its cap is 0 where there is none. */
    public Limit day(ZoneId zone) {
        return budget(Window.day(zone), dailyLimit, ORIGIN + "daily_limit");
    }

    /** The budget of a month likewise. */
    public Limit month(ZoneId zone) {
        return budget(Window.month(zone), monthlyLimit, ORIGIN + "monthly_limit");
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
                ALERT_AT,
                origin);
    }
}
