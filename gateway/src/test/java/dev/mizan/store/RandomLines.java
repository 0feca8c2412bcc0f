package dev.mizan.store;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Intent;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Target;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Plausible lines of every kind, the same for the same seed. */
final class RandomLines {
    private static final String[] TENANTS = {"acme", "globex", "Übermut GmbH", "şirket"};
    private static final String[] MODELS = {"gpt-4o-mini", "claude-haiku-4-5", "gemini-2.5-flash"};
    private static final List<List<String>> VIA =
            List.of(List.of(), List.of(), List.of("spare"), List.of("spare", "second \"best\""));
    private static final String[] ERRORS = {"upstream_timeout", "caller_gone", "upstream_error"};

    private final Random random;
    private final long startMillis;
    private final long spreadMillis;

    /** Lines within {@code spreadMillis} from {@code start} on. */
    RandomLines(long seed, Instant start, long spreadMillis) {
        this.random = new Random(seed);
        this.startMillis = start.toEpochMilli();
        this.spreadMillis = spreadMillis;
    }

    List<Line> lines(int count) {
        List<Line> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            lines.add(random.nextInt(20) == 0 ? attempt() : call());
        }
        return lines;
    }

    Line call() {
        String id = id(arrival());
        return line(id, Line.Kind.CALL, id);
    }

    Line attempt() {
        long arrival = arrival();
        return line(id(arrival), Line.Kind.ATTEMPT, id(arrival));
    }

    /** An intent and the line that ends it. */
    Intent intent(Line line) {
        return new Intent(
                line.attemptId(),
                line.requestId(),
                "",
                line.admittedAtMillis(),
                line.admittedAtMillis(),
                line.principal(),
                line.call(),
                line.target(),
                Usage.of(4_000, 2_000),
                NanoUsd.ofNanos(9_000_000),
                NanoUsd.ofNanos(9_900_000),
                List.of());
    }

    private long arrival() {
        return startMillis + (long) (random.nextDouble() * spreadMillis);
    }

    private String id(long millis) {
        return UlidCreator.getUlid(millis).toString();
    }

    private Line line(String id, Line.Kind kind, String requestId) {
        long admitted = UlidTime.millis(id);
        long durationMicros = 1_000L + random.nextInt(9_000_000);
        Usage usage = usage();
        Receipt receipt = receipt(usage);
        boolean call = kind == Line.Kind.CALL;
        Status status = Status.values()[Math.max(0, random.nextInt(12) - 8)];
        String model = MODELS[random.nextInt(MODELS.length)];
        return new Line(
                id,
                kind,
                requestId,
                id(admitted + 1),
                admitted + durationMicros / 1_000,
                admitted,
                new Principal(
                        TENANTS[random.nextInt(TENANTS.length)],
                        "team-" + random.nextInt(2),
                        "user-" + random.nextInt(10),
                        "key_" + random.nextInt(12),
                        random.nextBoolean() ? "end-" + random.nextInt(100) : "",
                        "",
                        "standard"),
                new Call(
                        random.nextInt(5) == 0 ? "/v1/embeddings" : "/v1/chat/completions",
                        "chat",
                        "",
                        "chat-" + random.nextInt(50),
                        "" + random.nextInt(1_000),
                        random.nextBoolean() ? List.of("a \"quoted\" tag", "çok\tgüzel\\") : List.of(),
                        model,
                        "autox",
                        "openai-chat",
                        random.nextBoolean()),
                new Target(
                        "provider-" + random.nextInt(2), "autox/" + model, model, VIA.get(random.nextInt(VIA.size()))),
                usage,
                UsageSource.values()[random.nextInt(3)],
                new Cost(
                        receipt.totalCost(),
                        call ? receipt.totalCost() : NanoUsd.ZERO,
                        receipt,
                        NanoUsd.ofNanos(random.nextInt(10) == 0 ? 5 : 0),
                        NanoUsd.ZERO,
                        NanoUsd.ofNanos(random.nextInt(10) == 0 ? 77 : 0),
                        ""),
                new Outcome(
                        status,
                        status == Status.OK ? "" : ERRORS[random.nextInt(ERRORS.length)],
                        status == Status.OK ? 200 : 502,
                        durationMicros,
                        random.nextInt(4) == 0 ? -1 : durationMicros / 3,
                        1 + random.nextInt(3)),
                "miss",
                "",
                "eu-1",
                "");
    }

    private Usage usage() {
        Usage.Builder usage =
                Usage.builder().set(Unit.INPUT, random.nextInt(5_000)).set(Unit.OUTPUT, random.nextInt(2_000));
        Unit[] units = Unit.values();
        for (int i = random.nextInt(3); i > 0; i--) {
            usage.set(units[random.nextInt(units.length)], random.nextInt(1_000));
        }
        if (random.nextInt(10) == 0) {
            usage.tool("web_search", 1 + random.nextInt(3));
        }
        return usage.tier(ServiceTier.values()[random.nextInt(ServiceTier.values().length)])
                .build();
    }

    private static Receipt receipt(Usage usage) {
        List<Component> components = new ArrayList<>();
        usage.forEach((unit, count) -> components.add(new Component(
                unit.label(),
                count,
                150_000_000,
                1_000_000,
                unit.isInput(),
                NanoUsd.ofNanos(count * 150_000_000 / 1_000_000))));
        return new Receipt("openai/gpt-4o-mini@2024-07-18", "", components);
    }
}
