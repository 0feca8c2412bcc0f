package dev.mizan.bench;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Intent;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Target;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.util.List;

/** Entries as an ordinary chat completion makes them. */
public final class Samples {
    private static final Principal PRINCIPAL =
            new Principal("default", "research", "ayse", "key_01K9X3M5Q8Z0C7T2B4N6R8V0WD", "end-user-4711", "", "");
    private static final Call CALL = new Call(
            "/v1/chat/completions",
            "chat",
            "",
            "chat-20260101-0042",
            "",
            List.of("beta"),
            "gpt-4o-mini",
            "gpt-4o-mini",
            "openai-chat",
            true);
    private static final Target TARGET = new Target("openai", "gpt-4o-mini/openai/gpt-4o-mini", "gpt-4o-mini");
    private static final NanoUsd RESERVED = NanoUsd.ofNanos(2_610_000);

    private Samples() {}

    /** The usage of an ordinary call: plain and cached input, output and reasoning. */
    public static Usage usage(int i) {
        return Usage.builder()
                .set(Unit.INPUT, 900 + i % 1_000)
                .set(Unit.CACHE_READ, 1_024)
                .set(Unit.OUTPUT, 200 + i % 300)
                .set(Unit.REASONING, 64)
                .build();
    }

    /** An intent with an id of its own. */
    public static Intent intent(int i) {
        String id = UlidCreator.getMonotonicUlid().toString();
        long now = 1_767_225_600_000L + i;
        return new Intent(id, id, "", now, now, PRINCIPAL, CALL, TARGET, usage(i), RESERVED, RESERVED, List.of());
    }

    /** The call line that ends {@code intent}, of one of fifty users and ten models. */
    public static Line line(Intent intent, int i) {
        Usage usage = usage(i);
        Receipt receipt = new Receipt(
                "openai/gpt-4o-mini@2024-07-18",
                "",
                List.of(
                        component("input", usage.get(Unit.INPUT), 150_000_000, true),
                        component("cache_read", usage.get(Unit.CACHE_READ), 75_000_000, true),
                        component("output", usage.get(Unit.OUTPUT), 600_000_000, false),
                        component("reasoning", usage.get(Unit.REASONING), 600_000_000, false)));
        NanoUsd total = receipt.totalCost();
        String model = "gpt-4o-mini-" + i % 10;
        return new Line(
                intent.requestId(),
                Line.Kind.CALL,
                intent.requestId(),
                intent.attemptId(),
                intent.timeMillis() + 800,
                intent.admittedAtMillis(),
                new Principal("default", "research", "user-" + i % 50, PRINCIPAL.keyId(), PRINCIPAL.endUser(), "", ""),
                intent.call(),
                new Target("openai", model, model),
                usage,
                UsageSource.PROVIDER,
                new Cost(total, total, receipt, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, ""),
                new Outcome(Outcome.Status.OK, "", 200, 800_000, 210_000, 1),
                "miss",
                "",
                "",
                "");
    }

    private static Component component(String name, long quantity, long nanoUsd, boolean input) {
        NanoUsd cost = NanoUsd.ofNanos(quantity * nanoUsd / 1_000_000);
        return new Component(name, quantity, nanoUsd, 1_000_000, input, cost);
    }
}
