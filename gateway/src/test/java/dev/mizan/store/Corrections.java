package dev.mizan.store;

import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Principal;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.util.List;
import java.util.Locale;

/** Lines made from others. */
final class Corrections {
    private Corrections() {}

    /** A correction of {@code wrong}, made the day after. */
    static Line of(Line wrong, String id) {
        NanoUsd cost = NanoUsd.ofNanos(123_456);
        Receipt receipt =
                new Receipt("", "correction", List.of(new Component("correction", 1, 123_456, 1, false, cost)));
        return copy(
                wrong,
                id,
                Line.Kind.CORRECTION,
                wrong.timeMillis() + 86_400_000,
                Usage.of(10, 20),
                new Cost(cost, cost, receipt, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, ""),
                new Outcome(Outcome.Status.OK, "", 200, 1_000, 500, 1),
                wrong.id());
    }

    /** What sums must see of {@code correction}: its figures, at the corrected line's time and as its kind. */
    static Line inPlaceOf(Line wrong, Line correction) {
        return copy(
                correction,
                wrong.id(),
                wrong.kind(),
                wrong.timeMillis(),
                correction.usage(),
                correction.cost(),
                correction.outcome(),
                "");
    }

    static Line withId(Line line, String id) {
        return copy(line, id, line.kind(), line.timeMillis(), line.usage(), line.cost(), line.outcome(), "");
    }

    /** The line of another call, ten to the millisecond; one number, one call. */
    static Line withFreshIds(Line line, long number) {
        long millis = line.admittedAtMillis() - line.admittedAtMillis() % 900_000 + number / 10;
        String id = UlidTime.floor(millis) + String.format(Locale.ROOT, "%016d", number);
        String attempt = UlidTime.floor(millis) + String.format(Locale.ROOT, "1%015d", number);
        return new Line(
                id,
                line.kind(),
                line.kind() == Line.Kind.CALL ? id : line.requestId(),
                attempt,
                millis + line.outcome().durationMicros() / 1_000,
                millis,
                line.principal(),
                line.call(),
                line.target(),
                line.usage(),
                line.usageSource(),
                line.cost(),
                line.outcome(),
                line.cache(),
                line.complexity(),
                line.region(),
                line.corrects());
    }

    static Line withEndUserAndTag(Line line, String endUser, String tag) {
        Principal principal = line.principal().withEndUser(endUser);
        Call call = line.call();
        return new Line(
                line.id(),
                line.kind(),
                line.requestId(),
                line.attemptId(),
                line.timeMillis(),
                line.admittedAtMillis(),
                principal,
                new Call(
                        call.endpoint(),
                        call.operation(),
                        call.documentType(),
                        call.chatId(),
                        call.messageId(),
                        List.of(tag),
                        call.requestedModel(),
                        call.alias(),
                        call.dialect(),
                        call.streaming()),
                line.target(),
                line.usage(),
                line.usageSource(),
                line.cost(),
                line.outcome(),
                line.cache(),
                line.complexity(),
                line.region(),
                line.corrects());
    }

    private static Line copy(
            Line line,
            String id,
            Line.Kind kind,
            long timeMillis,
            Usage usage,
            Cost cost,
            Outcome outcome,
            String corrects) {
        return new Line(
                id,
                kind,
                line.requestId(),
                line.attemptId(),
                timeMillis,
                line.admittedAtMillis(),
                line.principal(),
                line.call(),
                line.target(),
                usage,
                UsageSource.PROVIDER,
                cost,
                outcome,
                line.cache(),
                line.complexity(),
                line.region(),
                corrects);
    }
}
