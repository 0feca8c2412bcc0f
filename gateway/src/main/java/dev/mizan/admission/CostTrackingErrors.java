package dev.mizan.admission;

import dev.mizan.limit.Breach;
import dev.mizan.limit.Window;
import dev.mizan.money.NanoUsd;
import dev.mizan.wire.Json;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** A spent budget as clients of the cost tracker know it ({@link dev.mizan.dialect.ErrorStyle#COST_TRACKING}). */
final class CostTrackingErrors {
    private static final int CENTS = 2;

    private CostTrackingErrors() {}

    /** The body for {@code breach}, of a limit of money; amounts are rounded to cents, half-even. */
    static String body(Breach breach) {
        String period = period(breach.limit().window());
        String used = dollars(breach.used());
        String cap = dollars(breach.limit().cap());
        String name = period.isEmpty() ? "" : Character.toUpperCase(period.charAt(0)) + period.substring(1) + " ";
        String prefix = period.isEmpty() ? "" : period + "_";
        byte[] body = Json.bytes(json -> json.writeStartObject()
                .writeStringProperty("error", "cost_limit_exceeded")
                .writeStringProperty(
                        "message", "🔴 " + name + "LLM cost limit reached: " + used + "/" + cap + "." + resets(period))
                .writeObjectPropertyStart("details")
                .writeStringProperty(prefix + "cost", used)
                .writeStringProperty(prefix + "limit", cap)
                .writeEndObject()
                .writeEndObject());
        return new String(body, StandardCharsets.UTF_8);
    }

    private static String period(Window window) {
        if (!(window instanceof Window.Calendar calendar)) {
            return "";
        }
        return switch (calendar.period()) {
            case DAY -> "daily";
            case WEEK -> "weekly";
            case MONTH -> "monthly";
        };
    }

    private static String resets(String period) {
        return switch (period) {
            case "daily" -> " Limit will reset tomorrow.";
            case "weekly" -> " Limit will reset next week.";
            case "monthly" -> " Limit will reset next month.";
            default -> "";
        };
    }

    private static String dollars(long nanos) {
        return "$"
                + NanoUsd.ofNanos(nanos)
                        .usd()
                        .setScale(CENTS, RoundingMode.HALF_EVEN)
                        .toPlainString();
    }
}
