package dev.mizan.identity;

import dev.mizan.limit.Meter;
import dev.mizan.limit.Window;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A number that may be set of a holder, by the name that LiteLLM's callers know it by. Money is nano-USD. */
public enum Quota {
    /** The most that it may spend in {@code budget_duration}. */
    MAX_BUDGET("max_budget", Meter.COST, ""),
    /** A share of the same window at which an alert fires; nothing is refused. */
    SOFT_BUDGET("soft_budget", Meter.COST, ""),
    /** What is added to {@link #MAX_BUDGET} until {@code temp_budget_expiry}. */
    TEMP_BUDGET_INCREASE("temp_budget_increase", Meter.COST, ""),
    MAX_PARALLEL_REQUESTS("max_parallel_requests", Meter.CONCURRENCY, "in_flight"),
    RPM_LIMIT("rpm_limit", Meter.REQUESTS, "minute"),
    TPM_LIMIT("tpm_limit", Meter.TOKENS, "minute"),
    MAX_REQUESTS_PER_MINUTE("max_requests_per_minute", Meter.REQUESTS, "minute"),
    MAX_REQUESTS_PER_HOUR("max_requests_per_hour", Meter.REQUESTS, "hour"),
    MAX_REQUESTS_PER_DAY("max_requests_per_day", Meter.REQUESTS, "day"),
    MAX_REQUESTS_PER_MONTH("max_requests_per_month", Meter.REQUESTS, "month"),
    MAX_TOKENS_PER_MINUTE("max_tokens_per_minute", Meter.TOKENS, "minute"),
    MAX_TOKENS_PER_HOUR("max_tokens_per_hour", Meter.TOKENS, "hour"),
    MAX_TOKENS_PER_DAY("max_tokens_per_day", Meter.TOKENS, "day"),
    MAX_TOKENS_PER_MONTH("max_tokens_per_month", Meter.TOKENS, "month");

    private static final List<Quota> COUNTED =
            Arrays.stream(values()).filter(quota -> !quota.isMoney()).toList();

    private final String field;
    private final Meter meter;
    private final String window;

    Quota(String field, Meter meter, String window) {
        this.field = field;
        this.meter = meter;
        this.window = window;
    }

    /** Those with a window of their own: requests, tokens, calls in flight. */
    public static List<Quota> counted() {
        return COUNTED;
    }

    /** The quota whose field this is. */
    public static Optional<Quota> ofField(String field) {
        return Arrays.stream(values())
                .filter(quota -> quota.field.equals(field))
                .findFirst();
    }

    /** The name in requests and answers. */
    public String field() {
        return field;
    }

    public Meter meter() {
        return meter;
    }

    /** Whether it is an amount of money, whose window is set beside it. */
    public boolean isMoney() {
        return meter == Meter.COST;
    }

    /** Its window in {@code zone}; throws {@link IllegalStateException} for money. */
    public Window window(ZoneId zone) {
        return Window.parse(window, zone)
                .orElseThrow(() -> new IllegalStateException(field + ": its window is the budget's"));
    }
}
