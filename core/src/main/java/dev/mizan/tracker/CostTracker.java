package dev.mizan.tracker;

import dev.mizan.money.NanoUsd;
import dev.mizan.price.ModelPrices;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.Priced;
import dev.mizan.price.Receipt;
import dev.mizan.usage.TokenCounter;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * Tracks what a program spends on models: estimate, check against a daily and a monthly limit, record, summarise.
 *
 * <p>Keeps the current day and month in memory; a new day or month starts from nothing by itself. Safe for use by many
 * threads: a check and the record that follows it are one step in {@link #checkAndRecord}.
 */
public final class CostTracker {
    /** The limits that a tracker starts with where none are given. */
    public static final Limits DEFAULT_LIMITS =
            new Limits(NanoUsd.ofNanos(100 * NanoUsd.PER_USD), NanoUsd.ofNanos(2_000 * NanoUsd.PER_USD));

    private final PriceCatalog catalog;
    private final TokenCounter counter;
    private final Clock clock;
    private final ZoneId zone;
    private final Object lock = new Object();
    private Limits limits;
    private LocalDate day;
    private YearMonth month;
    private final Totals daily = new Totals();
    private final Totals monthly = new Totals();

    /** The most that may be spent in a day and in a month, each &gt; 0. */
    public record Limits(NanoUsd daily, NanoUsd monthly) {
        public Limits {
            if (daily.nanos() <= 0 || monthly.nanos() <= 0) {
                throw new IllegalArgumentException("limits: " + daily + ", " + monthly + " (expected: > 0)");
            }
        }
    }

    /** A tracker with the prices that ship with the product, the system's clock and UTC's midnights. */
    public CostTracker(Limits limits) {
        this(PriceCatalog.shipped(), new TokenCounter(), Clock.systemUTC(), limits);
    }

    /**
     * A tracker.
     *
     * @param clock tells the time and, by its zone, when a day ends
     */
    public CostTracker(PriceCatalog catalog, TokenCounter counter, Clock clock, Limits limits) {
        this.catalog = catalog;
        this.counter = counter;
        this.clock = clock;
        this.zone = clock.getZone();
        this.limits = limits;
        this.day = LocalDate.now(clock);
        this.month = YearMonth.from(day);
    }

    /** Who a call is recorded for. An empty string means that nobody is named. */
    public record Caller(String user, String tenant, String endpoint) {
        /** Nobody. */
        public static final Caller NONE = new Caller("", "", "");

        /** A user of a tenant. */
        public static Caller of(String user, String tenant) {
            return new Caller(user, tenant, "");
        }
    }

    /**
     * Whether a call may be made.
     *
     * @param reason {@code daily_limit_exceeded} or {@code monthly_limit_exceeded}; empty if it may
     * @param message for the caller; empty if it may
     */
    public record Check(boolean allowed, String reason, String message) {
        static final Check ALLOWED = new Check(true, "", "");
    }

    /** How text is counted before a call. */
    public enum Method {
        /** By the model's tokenizer, or its learned ratio. */
        TOKENIZER,
        /** A quarter of the characters, rounded down. */
        ROUGH
    }

    /** What a call may cost; the output is taken to be one and a half times the input. */
    public record Estimate(String model, int characters, long inputTokens, long outputTokens, NanoUsd cost) {}

    /**
     * The cost of a call.
     *
     * @throws UnpricedModelException if there is no price for the model
     */
    public NanoUsd estimate(String model, long inputTokens, long outputTokens) {
        return price(model, Usage.of(inputTokens, outputTokens)).totalCost();
    }

    /** {@link #estimateFromText(String, String, Method)} with the tokenizer. */
    public Estimate estimateFromText(String model, String text) {
        return estimateFromText(model, text, Method.TOKENIZER);
    }

    /**
     * The cost of a call that sends {@code text}, with an answer one and a half times as long.
     *
     * @throws UnpricedModelException if there is no price for the model
     */
    public Estimate estimateFromText(String model, String text, Method method) {
        long input = method == Method.ROUGH ? TokenCounter.rough(text) : counter.count(model, text);
        long output = input * 3 / 2;
        return new Estimate(
                model, text.codePointCount(0, text.length()), input, output, estimate(model, input, output));
    }

    /** Whether a call of that cost would stay within both limits. */
    public Check check(NanoUsd estimated) {
        synchronized (lock) {
            roll();
            return checkNow(estimated);
        }
    }

    private Check checkNow(NanoUsd estimated) {
        if (daily.cost().plus(estimated).compareTo(limits.daily()) > 0) {
            return new Check(
                    false,
                    "daily_limit_exceeded",
                    "🔴 Daily LLM cost limit reached: " + Totals.dollars(daily.cost()) + "/"
                            + Totals.dollars(limits.daily()) + ". Limit will reset tomorrow.");
        }
        if (monthly.cost().plus(estimated).compareTo(limits.monthly()) > 0) {
            return new Check(
                    false,
                    "monthly_limit_exceeded",
                    "🔴 Monthly LLM cost limit reached: " + Totals.dollars(monthly.cost()) + "/"
                            + Totals.dollars(limits.monthly()) + ". Limit will reset next month.");
        }
        return Check.ALLOWED;
    }

    /**
     * Records a call, whatever the limits say: it has been made. Returns its cost.
     *
     * @throws UnpricedModelException if there is no price for the model; nothing is recorded then
     */
    public NanoUsd record(String model, long inputTokens, long outputTokens, Caller caller) {
        return record(model, Usage.of(inputTokens, outputTokens), caller);
    }

    /** {@link #record(String, long, long, Caller)} of a usage in all its units. */
    public NanoUsd record(String model, Usage usage, Caller caller) {
        NanoUsd cost = price(model, usage).totalCost();
        synchronized (lock) {
            roll();
            add(model, usage, cost, caller);
        }
        return cost;
    }

    /**
     * Records a call if, and only if, it stays within both limits: two threads can't both take the last of a limit.
     *
     * @throws UnpricedModelException if there is no price for the model
     */
    public Check checkAndRecord(String model, Usage usage, Caller caller) {
        NanoUsd cost = price(model, usage).totalCost();
        synchronized (lock) {
            roll();
            Check check = checkNow(cost);
            if (check.allowed()) {
                add(model, usage, cost, caller);
            }
            return check;
        }
    }

    private void add(String model, Usage usage, NanoUsd cost, Caller caller) {
        String provider = provider(model);
        daily.add(model, provider, usage, cost, caller);
        monthly.add(model, provider, usage, cost, caller);
    }

    /** What was spent today. */
    public CostSummary dailySummary() {
        synchronized (lock) {
            roll();
            return daily.summary(day.toString());
        }
    }

    /** What was spent this month. */
    public CostSummary monthlySummary() {
        synchronized (lock) {
            roll();
            return monthly.summary(month.toString());
        }
    }

    /** Today's summary as JSON. */
    public String exportSummaryJson() {
        return dailySummary().json();
    }

    /** What was spent today. */
    public NanoUsd dailyCost() {
        synchronized (lock) {
            roll();
            return daily.cost();
        }
    }

    /** What was spent this month. */
    public NanoUsd monthlyCost() {
        synchronized (lock) {
            roll();
            return monthly.cost();
        }
    }

    /** Starts the day anew; the month goes on. */
    public void resetDaily() {
        synchronized (lock) {
            daily.clear();
        }
    }

    public Limits limits() {
        synchronized (lock) {
            return limits;
        }
    }

    /** Changes the limits, from the next check on. */
    public void limits(Limits changed) {
        synchronized (lock) {
            limits = changed;
        }
    }

    /** A new day or month is a new account. */
    private void roll() {
        LocalDate today = clock.instant().atZone(zone).toLocalDate();
        if (!today.equals(day)) {
            day = today;
            daily.clear();
        }
        if (!YearMonth.from(today).equals(month)) {
            month = YearMonth.from(today);
            monthly.clear();
        }
    }

    private Receipt price(String model, Usage usage) {
        Usage request = usage.toBuilder()
                .set(Unit.REQUESTS, Math.max(1, usage.get(Unit.REQUESTS)))
                .build();
        ModelPrices prices = catalog.model(provider(model), model)
                .orElseThrow(() -> new UnpricedModelException("model: '" + model + "' (expected: one with a price)"));
        return switch (prices.price(request, clock.millis())) {
            case Priced.Known(Receipt receipt) -> receipt;
            case Priced.Unknown(String reason) -> throw new UnpricedModelException(reason);
        };
    }

    /** The provider that makes such models; empty if the name does not tell. */
    private String provider(String model) {
        return catalog.providerOfModel(model).orElse("");
    }
}
