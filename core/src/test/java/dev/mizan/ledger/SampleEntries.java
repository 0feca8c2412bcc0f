package dev.mizan.ledger;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.util.List;

/** Entries as a gateway writes them. */
final class SampleEntries {
    private static final Principal PRINCIPAL =
            new Principal("acme", "search", "user-17", "key_01K2C8Q6", "end-user-4711", "", "standard");
    private static final Call CALL = new Call(
            "/v1/chat/completions",
            "chat",
            "",
            "chat-0815",
            "",
            List.of("production"),
            "gpt-4o-mini",
            "autox",
            "openai-chat",
            true);
    private static final Target TARGET = new Target("openai", "autox/openai/gpt-4o-mini", "gpt-4o-mini-2024-07-18");

    private SampleEntries() {}

    /** A new ULID. */
    static String id() {
        return UlidCreator.getMonotonicUlid().toString();
    }

    static Intent intent(String requestId, String attemptId) {
        return new Intent(
                attemptId,
                requestId,
                "res-" + attemptId,
                1_790_000_000_000L,
                1_789_999_999_990L,
                PRINCIPAL,
                CALL,
                TARGET,
                Usage.of(2_000, 4_096),
                NanoUsd.ofNanos(2_757_600),
                NanoUsd.ofNanos(3_309_120),
                List.of());
    }

    static Line line(String id, String attemptId) {
        Usage usage = Usage.builder()
                .set(Unit.INPUT, 1_200)
                .set(Unit.CACHE_READ, 512)
                .set(Unit.OUTPUT, 345)
                .build();
        return line(id, attemptId, usage);
    }

    static Line line(String id, String attemptId, Usage usage) {
        Receipt receipt = new Receipt(
                "openai/gpt-4o-mini@2024-07-18",
                "",
                List.of(
                        component("input", usage.get(Unit.INPUT), 150_000_000, true),
                        component("cache_read", usage.get(Unit.CACHE_READ), 75_000_000, true),
                        component("output", usage.get(Unit.OUTPUT), 600_000_000, false)));
        return new Line(
                id,
                Line.Kind.CALL,
                id,
                attemptId,
                1_790_000_001_234L,
                1_789_999_999_990L,
                PRINCIPAL,
                CALL,
                TARGET,
                usage,
                UsageSource.PROVIDER,
                new Cost(
                        receipt.totalCost(),
                        receipt.totalCost(),
                        receipt,
                        NanoUsd.ZERO,
                        NanoUsd.ZERO,
                        NanoUsd.ZERO,
                        ""),
                new Outcome(Outcome.Status.OK, "", 200, 1_234_567, 210_000, 1),
                "miss",
                "",
                "eu-1",
                "");
    }

    private static Component component(String name, long quantity, long nanoUsd, boolean input) {
        return new Component(
                name, quantity, nanoUsd, 1_000_000, input, NanoUsd.ofNanos(quantity * nanoUsd / 1_000_000));
    }
}
