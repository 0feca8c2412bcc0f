package dev.mizan;

import com.github.f4b6a3.ulid.UlidFactory;
import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Target;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.Priced;
import dev.mizan.price.Receipt;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A plausible month of calls for the demonstration: three tenants with their habits, busier on workdays than at
 * weekends, growing, with the odd failure. The same seed, callers and day give the same month. Every line has the tag
 * {@code demo}. Not safe for use by many threads.
 */
final class DemoMonth {
    /** How many days, today included. */
    static final int DAYS = 30;

    static final String TAG = "demo";

    private static final long DAY_MILLIS = 24 * 60 * 60 * 1000L;

    private final PriceCatalog prices;
    private final ZoneId zone;
    private final Random random;
    private final UlidFactory ulids;

    DemoMonth(PriceCatalog prices, ZoneId zone, long seed) {
        this.prices = prices;
        this.zone = zone;
        this.random = new Random(seed);
        this.ulids = UlidFactory.newInstance(random);
    }

    /**
     * Someone who calls.
     *
     * @param alias the model they mostly use
     * @param callsPerDay on a workday of the last week
     * @param inputTokens of a call, on average
     * @param outputTokens of a call, on average
     */
    record Caller(
            Principal principal,
            String alias,
            String provider,
            String operation,
            int callsPerDay,
            int inputTokens,
            int outputTokens) {}

    /** Gives the month that ends at {@code now} to {@code lines}, oldest first. */
    void write(List<Caller> callers, Instant now, Consumer<Line> lines) {
        LocalDate today = now.atZone(zone).toLocalDate();
        List<Line> month = new ArrayList<>();
        for (int back = DAYS - 1; back >= 0; back--) {
            LocalDate day = today.minusDays(back);
            for (Caller caller : callers) {
                addDay(caller, day, back, now.toEpochMilli(), month);
            }
        }
        month.sort((a, b) -> Long.compare(a.timeMillis(), b.timeMillis()));
        month.forEach(lines);
    }

    private void addDay(Caller caller, LocalDate day, int back, long nowMillis, List<Line> month) {
        boolean weekend = day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY;
        double growth = 1 - 0.4 * back / DAYS;
        int calls = (int) (caller.callsPerDay * growth * (weekend ? 0.25 : 1) * (0.75 + random.nextDouble() * 0.5));
        long midnight = day.atStartOfDay(zone).toInstant().toEpochMilli();
        if (back == 0) {
            addToday(caller, calls, midnight, nowMillis, month);
            return;
        }
        for (int i = 0; i < calls; i++) {
            // Around two in the afternoon, give or take three hours.
            double hour = Math.clamp(14 + random.nextGaussian() * 3.2, 0.1, 23.9);
            month.add(line(caller, midnight + (long) (hour / 24 * DAY_MILLIS)));
        }
    }

    /** Whatever the time of day, there is something to see of today. */
    private void addToday(Caller caller, int calls, long midnight, long nowMillis, List<Line> month) {
        long elapsed = Math.max(1, nowMillis - midnight);
        long share = Math.max(1, (long) (calls * Math.max(0.2, (double) elapsed / DAY_MILLIS)));
        for (long i = 0; i < share; i++) {
            month.add(line(caller, midnight + (long) (random.nextDouble() * elapsed)));
        }
    }

    private Line line(Caller caller, long millis) {
        boolean embedding = caller.operation.equals("embeddings");
        boolean streaming = !embedding && random.nextInt(100) < 60;
        int fate = random.nextInt(1000);
        Status status = fate < 12 ? Status.ERROR : fate < 20 && streaming ? Status.CANCELLED : Status.OK;
        Usage usage = status == Status.ERROR ? Usage.NONE : usage(caller, embedding, status);
        Cost cost = cost(caller, usage, millis);
        long firstTokenMicros = (long) ((180 + random.nextDouble() * 500) * 1000);
        long durationMicros = status == Status.ERROR
                ? firstTokenMicros / 4
                : firstTokenMicros + usage.outputTokens() * 1_000_000 / (60 + random.nextInt(60));
        String id = ulids.create(millis).toString();
        String endpoint = embedding ? "/v1/embeddings" : "/v1/chat/completions";
        String chat = embedding
                ? ""
                : "chat-"
                        + (millis / (DAY_MILLIS / 48) + caller.principal.keyId().hashCode());
        Call call = new Call(
                endpoint,
                caller.operation,
                "",
                chat,
                "",
                List.of(TAG),
                caller.alias,
                caller.alias,
                "openai-chat",
                streaming);
        Outcome outcome = new Outcome(
                status,
                status == Status.ERROR ? "upstream_error" : "",
                status == Status.ERROR ? 502 : 200,
                durationMicros,
                status == Status.ERROR ? -1 : firstTokenMicros,
                fate < 40 ? 2 : 1);
        Target target =
                new Target(caller.provider, caller.alias + "/" + caller.provider + "/" + caller.alias, caller.alias);
        UsageSource source = status == Status.ERROR
                ? UsageSource.NONE
                : status == Status.CANCELLED ? UsageSource.COUNTED : UsageSource.PROVIDER;
        return new Line(
                id,
                Line.Kind.CALL,
                id,
                "",
                millis,
                millis - durationMicros / 1000,
                caller.principal,
                call,
                target,
                usage,
                source,
                cost,
                outcome,
                "miss",
                "",
                "",
                "");
    }

    private Usage usage(Caller caller, boolean embedding, Status status) {
        long input = spread(caller.inputTokens);
        long output = embedding ? 0 : spread(caller.outputTokens);
        if (status == Status.CANCELLED) {
            output /= 3;
        }
        // Long prompts have a part that the provider's own cache knows.
        long cached = caller.inputTokens > 2_000 && random.nextInt(100) < 55 ? input * 6 / 10 : 0;
        return Usage.builder()
                .set(Unit.INPUT, input - cached)
                .set(Unit.CACHE_READ, cached)
                .set(Unit.OUTPUT, output)
                .build();
    }

    private Cost cost(Caller caller, Usage usage, long millis) {
        if (usage.totalTokens() == 0) {
            return Cost.NONE;
        }
        return switch (prices.price(caller.provider, caller.alias, usage, Instant.ofEpochMilli(millis))) {
            case Priced.Known(Receipt receipt) ->
                new Cost(
                        receipt.totalCost(),
                        receipt.totalCost(),
                        receipt,
                        NanoUsd.ZERO,
                        NanoUsd.ZERO,
                        NanoUsd.ZERO,
                        "");
            case Priced.Unknown(String reason) ->
                new Cost(NanoUsd.ZERO, NanoUsd.ZERO, Receipt.NONE, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, reason);
        };
    }

    /** A number around {@code mean}: mostly less, sometimes several times as much. */
    private long spread(int mean) {
        return Math.max(1, (long) (mean * Math.exp(random.nextGaussian() * 0.6 - 0.18)));
    }
}
