package dev.mizan.admission;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.ErrorStyle;
import dev.mizan.dialect.Refusal;
import dev.mizan.limit.Breach;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.messages.Language;
import dev.mizan.messages.Texts;
import dev.mizan.money.NanoUsd;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * Says why a limit refuses a call, in the caller's language: which limit of which subject, what is used, the cap, and
 * when it resets. Safe for use by many threads.
 */
public final class LimitRefusals {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx");
    private static final long RETRY_SECONDS_MAX = 366L * 86_400;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long DAY_MILLIS = 24 * HOUR_MILLIS;

    private final Texts texts;
    private final Clock clock;

    public LimitRefusals(Texts texts, Clock clock) {
        this.texts = texts;
        this.clock = clock;
    }

    /** The texts it speaks with. */
    public Texts texts() {
        return texts;
    }

    /**
     * The refusal that {@code breach} means.
     *
     * @param zone whose clock the reset is told in
     * @param budgetStatus the HTTP status of a refusal for money
     * @param style how a refusal for money is told
     */
    public Refusal of(Breach breach, Language language, ZoneId zone, int budgetStatus, ErrorStyle style) {
        Limit limit = breach.limit();
        ErrorCode code = code(limit);
        boolean isMoney = limit.meter() == Meter.COST;
        Refusal refusal = new Refusal(code, message(breach, language, zone), "", retryAfterSeconds(breach));
        if (isMoney) {
            refusal = switch (style) {
                case DIALECT -> refusal.withStatus(budgetStatus).withType("budget_exceeded");
                case COST_TRACKING -> refusal.withBody(CostTrackingErrors.body(breach));
            };
        }
        return code == ErrorCode.RATE_LIMIT_EXCEEDED ? refusal : refusal.withoutRetry();
    }

    /** The refusal of a call that can't be decided on. */
    public Refusal of(Decision.Reason reason, Language language) {
        return switch (reason) {
            case REBUILDING ->
                new Refusal(ErrorCode.LIMIT_STORE_REBUILDING, texts.text(language, "limit.rebuilding"), "", 1);
            case UNREACHABLE ->
                new Refusal(ErrorCode.LIMIT_STORE_UNAVAILABLE, texts.text(language, "limit.unavailable"), "", 1);
        };
    }

    /** The stable code of a refusal by {@code limit}: by its meter and how long its window is. */
    public static ErrorCode code(Limit limit) {
        if (limit.meter() == Meter.COST) {
            return ErrorCode.COST_LIMIT_EXCEEDED;
        }
        return switch (limit.window()) {
            case Window.InFlight inFlight -> ErrorCode.RATE_LIMIT_EXCEEDED;
            case Window.Sliding sliding when sliding.lengthMillis() <= HOUR_MILLIS -> ErrorCode.RATE_LIMIT_EXCEEDED;
            case Window.Sliding sliding when sliding.lengthMillis() <= DAY_MILLIS -> ErrorCode.DAILY_LIMIT_EXCEEDED;
            case Window.Sliding sliding -> ErrorCode.QUOTA_EXCEEDED;
            case Window.Calendar calendar when calendar.period() == Window.Period.DAY -> ErrorCode.DAILY_LIMIT_EXCEEDED;
            case Window.Calendar calendar -> ErrorCode.QUOTA_EXCEEDED;
            case Window.Lifetime lifetime -> ErrorCode.QUOTA_EXCEEDED;
        };
    }

    private String message(Breach breach, Language language, ZoneId zone) {
        Limit limit = breach.limit();
        Map<String, String> values = Map.of(
                "subject", subject(limit.subject(), language),
                "meter", texts.text(language, "limit.meter." + limit.meter().label()),
                "window", window(limit.window(), language),
                "used", shown(limit, breach.used()),
                "reserved", shown(limit, breach.reserved()),
                "requested", shown(limit, breach.requested()),
                "cap", shown(limit, limit.cap()));
        String message = texts.text(language, "limit.exceeded", values);
        if (limit.meter() == Meter.COST) {
            // In these words and in English for clients of LiteLLM, which search for them.
            message += " Current cost: " + NanoUsd.ofNanos(breach.used()).toDecimal() + ", Max budget: "
                    + NanoUsd.ofNanos(limit.cap()).toDecimal() + ".";
        }
        if (breach.never()) {
            return message + " " + texts.text(language, "limit.never");
        }
        return breach.resetsAtMillis() == Long.MAX_VALUE
                ? message
                : message + " "
                        + texts.text(
                                language,
                                "limit.resets",
                                Map.of(
                                        "time",
                                        TIME.format(Instant.ofEpochMilli(breach.resetsAtMillis())
                                                .atZone(zone))));
    }

    private String subject(Subject subject, Language language) {
        String id = subject.id().replace("\t", " / ");
        return texts.text(language, "limit.subject." + subject.kind().label(), Map.of("id", id));
    }

    private String window(Window window, Language language) {
        return switch (window) {
            case Window.Sliding sliding
            when !sliding.equals(Window.MINUTE) && !sliding.equals(Window.HOUR) ->
                texts.text(language, "limit.window.rolling", Map.of("length", sliding.label()));
            default -> texts.text(language, "limit.window." + window.label());
        };
    }

    private static String shown(Limit limit, long amount) {
        return limit.meter() == Meter.COST ? "$" + NanoUsd.ofNanos(amount).toDecimal() : Long.toString(amount);
    }

    private int retryAfterSeconds(Breach breach) {
        if (breach.never() || breach.resetsAtMillis() == Long.MAX_VALUE) {
            return breach.limit().window() instanceof Window.InFlight ? 1 : 0;
        }
        long millis = breach.resetsAtMillis() - clock.millis();
        return (int) Math.clamp(Math.ceilDiv(millis, 1000L), 1L, RETRY_SECONDS_MAX);
    }
}
