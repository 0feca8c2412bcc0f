package dev.mizan.ledger;

import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Entries with every value that their types allow. */
final class ArbitraryEntries {
    private ArbitraryEntries() {}

    static Arbitrary<Entry> entries() {
        return Arbitraries.oneOf(lines(), intents(), releases());
    }

    static Arbitrary<Line> lines() {
        return Combinators.combine(
                        ids(),
                        Arbitraries.of(Line.Kind.class),
                        ids(),
                        strings(),
                        headers(),
                        usages(),
                        costs(),
                        outcomes())
                .as((id, kind, requestId, text, header, usage, cost, outcome) -> new Line(
                        id,
                        kind,
                        kind == Line.Kind.CALL ? id : requestId,
                        text,
                        header.timeMillis,
                        header.admittedAtMillis,
                        header.principal,
                        header.call,
                        header.target,
                        usage,
                        UsageSource.values()[(int) (usage.totalTokens() & 3)],
                        cost,
                        outcome,
                        text,
                        text,
                        text,
                        text));
    }

    static Arbitrary<Intent> intents() {
        return Combinators.combine(
                        ids(),
                        ids(),
                        strings(),
                        headers(),
                        usages(),
                        money(),
                        money(),
                        strings().list().ofMaxSize(4))
                .as((attempt, request, reservation, header, bound, provider, charged, windows) -> new Intent(
                        attempt,
                        request,
                        reservation,
                        header.timeMillis,
                        header.admittedAtMillis,
                        header.principal,
                        header.call,
                        header.target,
                        bound,
                        provider,
                        charged,
                        windows));
    }

    static Arbitrary<Release> releases() {
        return Combinators.combine(ids(), Arbitraries.longs()).as(Release::new);
    }

    private record Header(long timeMillis, long admittedAtMillis, Principal principal, Call call, Target target) {}

    private static Arbitrary<Header> headers() {
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.longs(),
                        strings().list().ofSize(19),
                        strings().list().ofMaxSize(5),
                        strings().list().ofMaxSize(2),
                        Arbitraries.of(true, false))
                .as((time, admitted, s, tags, via, streaming) -> new Header(
                        time,
                        admitted,
                        new Principal(s.get(0), s.get(1), s.get(2), s.get(3), s.get(4), s.get(5), s.get(6)),
                        new Call(
                                s.get(7), s.get(8), s.get(9), s.get(10), s.get(11), tags, s.get(12), s.get(13),
                                s.get(14), streaming),
                        new Target(s.get(15), s.get(16), s.get(17), via)));
    }

    private static Arbitrary<String> ids() {
        return Arbitraries.strings().withCharRange('0', 'Z').ofLength(26);
    }

    private static Arbitrary<String> strings() {
        return Arbitraries.oneOf(
                Arbitraries.just(""),
                Arbitraries.strings().ascii().ofMaxLength(40),
                Arbitraries.strings().withCharRange('\u0080', '\uD7FF').ofMaxLength(20),
                Arbitraries.strings().ascii().ofMinLength(120).ofMaxLength(140),
                Arbitraries.just("emoji \uD83D\uDE00 \u0000"));
    }

    private static Arbitrary<NanoUsd> money() {
        return Arbitraries.longs().map(NanoUsd::ofNanos);
    }

    private static Arbitrary<Long> counts() {
        return Arbitraries.oneOf(
                Arbitraries.just(0L), Arbitraries.longs().between(0, 1L << 20), Arbitraries.just(Long.MAX_VALUE));
    }

    private static Arbitrary<Usage> usages() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 1L << 40).list().ofSize(Unit.values().length),
                        Arbitraries.integers().between(0, (1 << Unit.values().length) - 1),
                        Arbitraries.maps(strings(), Arbitraries.longs().between(1, 1L << 40))
                                .ofMaxSize(3),
                        Arbitraries.of(ServiceTier.class))
                .as((amounts, present, tools, tier) -> {
                    Usage.Builder usage = Usage.builder().tier(tier);
                    for (Unit unit : Unit.values()) {
                        if ((present >> unit.ordinal() & 1) == 1) {
                            usage.set(unit, amounts.get(unit.ordinal()));
                        }
                    }
                    tools.forEach(usage::tool);
                    return usage.build();
                });
    }

    private static Arbitrary<Cost> costs() {
        return Combinators.combine(money(), money(), receipts(), money(), money(), money(), strings())
                .as(Cost::new);
    }

    private static Arbitrary<Receipt> receipts() {
        Arbitrary<Component> components = Combinators.combine(
                        strings(), counts(), counts(), counts(), Arbitraries.of(true, false), money())
                .as(Component::new);
        Arbitrary<List<Component>> lists = components.list().ofMaxSize(5);
        return Combinators.combine(strings(), strings(), lists).as(Receipt::new);
    }

    private static Arbitrary<Outcome> outcomes() {
        return Combinators.combine(
                        Arbitraries.of(Outcome.Status.class),
                        strings(),
                        Arbitraries.integers().between(0, 999),
                        counts(),
                        Arbitraries.longs().between(-1, Long.MAX_VALUE),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE))
                .as(Outcome::new);
    }
}
