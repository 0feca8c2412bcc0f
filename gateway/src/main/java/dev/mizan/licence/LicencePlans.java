package dev.mizan.licence;

import dev.mizan.identity.Plan;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.money.ExchangeRates;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The three packages of licences where the configuration has no plans of these names. Safe for use by many threads;
 * does no I/O.
 */
public final class LicencePlans {
    /** What a token beyond PREMIUM's month costs, in TRY. */
    public static final BigDecimal OVERAGE_TRY = new BigDecimal("0.0001");

    private static final String TRY = "TRY";
    private static final long BASIC_MONTH = 50_000;
    private static final long PREMIUM_MONTH = 500_000;
    private static final long PREMIUM_DAY = 50_000;
    private static final List<Integer> ALERT_AT = List.of(80);

    private final Supplier<ZoneId> zone;
    private final Supplier<ExchangeRates> rates;
    private final Clock clock;
    private volatile Made made;

    /** Plans, and what they were made of. */
    private record Made(ZoneId zone, ExchangeRates rates, LocalDate day, Map<String, Plan> plans) {}

    /**
     * Packages that follow the configuration and the rate of the day.
     *
     * @param zone asked for with each call
     * @param rates asked for with each call: the same object until they change
     */
    public LicencePlans(Supplier<ZoneId> zone, Supplier<ExchangeRates> rates, Clock clock) {
        this.zone = zone;
        this.rates = rates;
        this.clock = clock;
        this.made = make(zone.get(), rates.get());
    }

    /** The package of this name: the same object until something of it changes; empty if there is none. */
    @SuppressWarnings("ReferenceEquality")
    public Optional<Plan> find(String name) {
        Made now = made;
        ZoneId zoneNow = zone.get();
        ExchangeRates ratesNow = rates.get();
        if (now.rates != ratesNow
                || !now.zone.equals(zoneNow)
                || !now.day.equals(LocalDate.ofInstant(clock.instant(), zoneNow))) {
            now = make(zoneNow, ratesNow);
            made = now;
        }
        return Optional.ofNullable(now.plans.get(name));
    }

    private Made make(ZoneId zone, ExchangeRates rates) {
        LocalDate day = LocalDate.ofInstant(clock.instant(), zone);
        return new Made(zone, rates, day, standard(zone, rates, day));
    }

    /**
     * BASIC (50,000 tokens a month, then blocked), PREMIUM (500,000 a month, beyond them at {@link #OVERAGE_TRY} a
     * token; 50,000 a day, blocked) and ENTERPRISE (no limits), by name. Months of BASIC and PREMIUM alert at 80 %.
     *
     * @param zone whose midnights end the days and months
     * @param day its rate of the lira prices PREMIUM's overage; without a rate PREMIUM's month blocks
     */
    public static Map<String, Plan> standard(ZoneId zone, ExchangeRates rates, LocalDate day) {
        return Map.of(
                "BASIC",
                plan("BASIC", List.of(limit("BASIC", Window.month(zone), BASIC_MONTH, new AtCap.Block(), ALERT_AT))),
                "PREMIUM",
                plan(
                        "PREMIUM",
                        List.of(
                                limit("PREMIUM", Window.month(zone), PREMIUM_MONTH, overage(rates, day), ALERT_AT),
                                limit("PREMIUM", Window.day(zone), PREMIUM_DAY, new AtCap.Block(), List.of()))),
                "ENTERPRISE",
                plan("ENTERPRISE", List.of()));
    }

    private static Plan plan(String name, List<Limit> limits) {
        return new Plan(name, BigDecimal.ZERO, TRY, "month", Set.of(), limits);
    }

    private static Limit limit(String plan, Window window, long cap, AtCap atCap, List<Integer> alertAt) {
        return new Limit(
                new Subject(Subject.Kind.KEY, Subject.ANY),
                Meter.TOKENS,
                window,
                cap,
                atCap,
                Reserve.byDefault(Meter.TOKENS, window),
                false,
                alertAt,
                "plan " + plan);
    }

    private static AtCap overage(ExchangeRates rates, LocalDate day) {
        Optional<BigDecimal> rate = rates.rate(TRY, day);
        if (rate.isEmpty()) {
            return new AtCap.Block();
        }
        return new AtCap.Overage(OVERAGE_TRY, TRY, rate.get());
    }
}
