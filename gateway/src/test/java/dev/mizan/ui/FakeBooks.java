package dev.mizan.ui;

import dev.mizan.money.NanoUsd;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A plausible month of calls as the API tells it, the same for the same seed and time. Safe for use by many threads.
 */
final class FakeBooks {
    static final ZoneId ZONE = ZoneId.of("Europe/Istanbul");
    private static final int DAYS = 30;
    static final int LINES = 24;
    private static final List<Profile> PROFILES = List.of(
            new Profile("sonnet", "claude", "claude-sonnet-4-5", 3_000_000_000L, 300_000_000L, 15_000_000_000L, 22),
            new Profile("haiku", "claude", "claude-haiku-4-5", 1_000_000_000L, 100_000_000L, 5_000_000_000L, 31),
            new Profile("gpt-4o", "openai", "gpt-4o", 2_500_000_000L, 1_250_000_000L, 10_000_000_000L, 14),
            new Profile("mini", "openai", "gpt-4o-mini", 150_000_000L, 75_000_000L, 600_000_000L, 46),
            new Profile("flash", "gemini", "gemini-2.5-flash", 300_000_000L, 30_000_000L, 2_500_000_000L, 28));
    private static final List<String> USERS = List.of("ayşe", "mehmet", "layla", "john", "zeynep", "omar");

    private final Clock clock;
    private final Random random = new Random(20_251_106);
    private final List<JsonObject> lines = new ArrayList<>();
    private final List<Sum> days = new ArrayList<>();
    private final Sum today = new Sum();
    private final Sum month = new Sum();
    private final Sum lastMonth = new Sum();
    private final List<Sum> models = new ArrayList<>();
    private final JsonArray attempts = new JsonArray();
    private String unpricedReason = "";

    private FakeBooks(Clock clock) {
        this.clock = clock;
        PROFILES.forEach(profile -> models.add(new Sum()));
    }

    /** Books without a call. */
    static FakeBooks empty(Clock clock) {
        return new FakeBooks(clock);
    }

    /** Books of a month in which most days are busy and weekends are not. */
    static FakeBooks ofAMonth(Clock clock) {
        FakeBooks books = new FakeBooks(clock);
        books.fill();
        return books;
    }

    private void fill() {
        LocalDate day = LocalDate.ofInstant(clock.instant(), ZONE);
        for (int ago = DAYS - 1; ago >= 0; ago--) {
            LocalDate date = day.minusDays(ago);
            double busy = (date.getDayOfWeek().getValue() > 5 ? 0.35 : 1)
                    * (0.8 + random.nextDouble() * 0.5)
                    * (ago == 0 ? 0.55 : 1);
            Sum sum = new Sum();
            for (int i = 0; i < PROFILES.size(); i++) {
                Profile profile = PROFILES.get(i);
                long calls = Math.round(profile.weight() * busy * 9);
                long input = calls * (900 + random.nextInt(500));
                long output = calls * (220 + random.nextInt(200));
                long nanos = input * profile.input() / 1_000_000 + output * profile.output() / 1_000_000;
                for (Sum each : List.of(sum, models.get(i), month)) {
                    each.add(calls, input, output, nanos, calls / 120);
                }
                if (ago == 0) {
                    today.add(calls, input, output, nanos, calls / 120);
                }
            }
            days.add(sum);
        }
        lastMonth.add(month.calls * 13 / 10, month.input * 5 / 4, month.output * 6 / 5, month.nanos * 27 / 20, 40);
        Instant time = clock.instant().minusSeconds(4);
        for (int i = 0; i < LINES; i++) {
            lines.add(line(String.format("01K9CALL%018d", i), time));
            time = time.minus(Duration.ofMillis(7_000 + random.nextInt(90_000)));
        }
    }

    /** A call of a model chosen by chance, ended at {@code time}. */
    synchronized JsonObject line(String id, Instant time) {
        Profile profile = PROFILES.get(random.nextInt(PROFILES.size()));
        int luck = random.nextInt(40);
        String status = luck == 0 ? "error" : luck == 1 ? "cancelled" : "ok";
        long input = 120L + random.nextInt(2_400);
        long cached = random.nextInt(3) == 0 ? 1_024L + random.nextInt(4_000) : 0;
        long output = status.equals("error") ? 0 : 30L + random.nextInt(700);
        long nanos = (input * profile.input() + cached * profile.cached() + output * profile.output()) / 1_000_000;
        int millis = 380 + (int) output * 9 + random.nextInt(900);
        return new JsonObject()
                .put("id", id)
                .put("kind", "call")
                .put("time", time.toString())
                .put("tenant", "acme")
                .put("team", "")
                .put("user", USERS.get(random.nextInt(USERS.size())))
                .put("key", "key-" + (1 + random.nextInt(4)))
                .put("alias", profile.alias())
                .put("provider", profile.provider())
                .put("deployment", profile.provider() + "/" + profile.model())
                .put("model", profile.model())
                .put("streaming", random.nextBoolean())
                .put(
                        "usage",
                        new JsonObject()
                                .put("input", input)
                                .put("cache_read", cached)
                                .put("output", output))
                .put("input_tokens", input + cached)
                .put("output_tokens", output)
                .put("total_tokens", input + cached + output)
                .put("usage_source", status.equals("ok") ? "provider" : "counted")
                .put("provider_cost_usd", decimal(nanos))
                .put("charged_cost_usd", decimal(nanos))
                .put("status", status)
                .put("http_status", status.equals("error") ? 502 : 200)
                .put("error_code", status.equals("error") ? "upstream_unavailable" : "")
                .put("duration_ms", millis)
                .put("first_token_ms", 180 + random.nextInt(400))
                .put("tokens_per_second", Math.round(output * 10_000.0 / millis) / 10.0)
                .put("attempts", status.equals("error") ? 3 : 1)
                .put("cache", "miss");
    }

    /** Adds a line to the list and to the sums. */
    synchronized void add(JsonObject line) {
        lines.addFirst(line);
        long nanos = NanoUsd.of(new BigDecimal(line.getString("provider_cost_usd")), RoundingMode.UNNECESSARY)
                .nanos();
        int failed = line.getString("status").equals("ok") ? 0 : 1;
        for (Sum sum : List.of(today, month)) {
            sum.add(1, line.getLong("input_tokens"), line.getLong("output_tokens"), nanos, failed);
        }
    }

    /** From now on no call has a price, because of {@code reason}. */
    synchronized void unprice(String reason) {
        unpricedReason = reason;
    }

    /** From now on every call was tried before as this line says. */
    synchronized void attempt(JsonObject line) {
        attempts.add(line.put("kind", "attempt"));
    }

    synchronized JsonObject overview(boolean admin) {
        JsonArray dayRows = new JsonArray();
        LocalDate day = LocalDate.ofInstant(clock.instant(), ZONE);
        for (int i = 0; i < days.size(); i++) {
            dayRows.add(days.get(i)
                    .json(admin)
                    .put("date", day.minusDays(days.size() - 1L - i).toString()));
        }
        JsonArray modelRows = new JsonArray();
        for (int i = 0; i < PROFILES.size(); i++) {
            if (models.get(i).calls > 0) {
                modelRows.add(models.get(i)
                        .json(admin)
                        .put("model", PROFILES.get(i).model())
                        .put("provider", PROFILES.get(i).provider()));
            }
        }
        return new JsonObject()
                .put("date", day.toString())
                .put("today", today.json(admin))
                .put("this_month", month.json(admin))
                .put("last_month", lastMonth.json(admin))
                .put("days", dayRows)
                .put("models", modelRows)
                .put("time_zone", ZONE.getId());
    }

    synchronized JsonObject ledger() {
        return new JsonObject()
                .put("data", FakeGateway.arrayOf(lines.subList(0, Math.min(LINES, lines.size()))))
                .put("next_cursor", "");
    }

    synchronized JsonObject explanation(String id) {
        JsonObject line = lines.stream()
                .filter(each -> each.getString("id").equals(id))
                .findFirst()
                .orElseThrow();
        Profile profile = PROFILES.stream()
                .filter(each -> each.alias().equals(line.getString("alias")))
                .findFirst()
                .orElseThrow();
        JsonArray components = new JsonArray();
        JsonObject usage = line.getJsonObject("usage");
        addComponent(components, "input", usage.getLong("input"), profile.input());
        addComponent(components, "cache_read", usage.getLong("cache_read"), profile.cached());
        addComponent(components, "output", usage.getLong("output"), profile.output());
        return new JsonObject()
                .put("line", line)
                .put("attempts", attempts)
                .put("as_of", "2025-11-01")
                .put("components", components)
                .put("price_card", profile.provider() + "/" + profile.model() + "@2025-09-29")
                .put("source", "catalogue")
                .put("effective_from", "2025-09-29")
                .put("tier", "")
                .put("unpriced_reason", unpricedReason)
                .put("total_cost_usd", line.getString("provider_cost_usd"))
                .put("uncached_cost_usd", line.getString("provider_cost_usd"));
    }

    private static void addComponent(JsonArray components, String name, long quantity, long nanosPerMillion) {
        if (quantity > 0) {
            components.add(new JsonObject()
                    .put("name", name)
                    .put("quantity", quantity)
                    .put("price_usd", decimal(nanosPerMillion))
                    .put("per", 1_000_000)
                    .put("cost_usd", decimal(quantity * nanosPerMillion / 1_000_000)));
        }
    }

    private static String decimal(long nanos) {
        return NanoUsd.ofNanos(nanos).toDecimal();
    }

    /** A model and its prices in nano-USD per million tokens. */
    private record Profile(
            String alias, String provider, String model, long input, long cached, long output, int weight) {}

    /** What some calls come to. */
    private static final class Sum {
        private long calls;
        private long input;
        private long output;
        private long nanos;
        private long failed;

        void add(long moreCalls, long moreInput, long moreOutput, long moreNanos, long moreFailed) {
            calls += moreCalls;
            input += moreInput;
            output += moreOutput;
            nanos += moreNanos;
            failed += moreFailed;
        }

        JsonObject json(boolean admin) {
            JsonObject json = new JsonObject()
                    .put("calls", calls)
                    .put("input_tokens", input)
                    .put("output_tokens", output)
                    .put("total_tokens", input + output)
                    .put("charged_cost_usd", decimal(nanos))
                    .put("failed", failed);
            return admin ? json.put("provider_cost_usd", decimal(nanos)) : json;
        }
    }
}
