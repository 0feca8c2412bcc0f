package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.money.NanoUsd;
import dev.mizan.report.Dimension;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.SpendRow;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Spend worked out from the lines alone, another way than the product does: line by line, by the calendar. */
final class ExpectedSpend {
    /** Everything in one row. */
    static final SpendQuery EVERYTHING =
            new SpendQuery(0, Long.MAX_VALUE, List.of(), Map.of(), SpendQuery.Bucket.ALL, ZoneOffset.UTC);

    private ExpectedSpend() {}

    static List<SpendRow> of(List<Line> lines, SpendQuery query) {
        Map<String, SpendRow> rows = new TreeMap<>();
        for (Line line : lines) {
            long slot = line.timeMillis() - line.timeMillis() % SpendQuery.SLOT_MILLIS;
            boolean fits = slot >= query.fromMillis()
                    && slot < query.toMillis()
                    && query.equal().entrySet().stream()
                            .allMatch(entry -> value(line, entry.getKey()).equals(entry.getValue()));
            if (fits) {
                List<String> values = query.groupBy().stream()
                        .map(group -> value(line, group))
                        .toList();
                long bucket = bucket(line.timeMillis(), query);
                rows.merge(bucket + values.toString(), row(line, bucket, values), ExpectedSpend::plus);
            }
        }
        return sorted(new ArrayList<>(rows.values()));
    }

    static List<SpendRow> sorted(List<SpendRow> rows) {
        return rows.stream()
                .sorted(Comparator.comparingLong(SpendRow::bucketMillis)
                        .thenComparing(row -> row.values().toString()))
                .collect(Collectors.toList());
    }

    private static long bucket(long millis, SpendQuery query) {
        ZoneId zone = query.zone();
        ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(zone);
        LocalDate date = time.toLocalDate();
        return switch (query.bucket()) {
            case ALL -> 0;
            case SLOT -> millis - millis % SpendQuery.SLOT_MILLIS;
            case HOUR ->
                time.toInstant()
                        .minusSeconds(time.getMinute() * 60L + time.getSecond())
                        .minusNanos(time.getNano())
                        .toEpochMilli();
            case DAY -> date.atStartOfDay(zone).toInstant().toEpochMilli();
            case MONTH -> date.withDayOfMonth(1).atStartOfDay(zone).toInstant().toEpochMilli();
        };
    }

    private static SpendRow row(Line line, long bucket, List<String> values) {
        boolean call = line.kind() == Line.Kind.CALL;
        boolean first = call && line.outcome().firstTokenMicros() >= 0;
        Usage.Builder usage = line.usage().toBuilder().tier(ServiceTier.STANDARD);
        return new SpendRow(
                bucket,
                values,
                call ? 1 : 0,
                call ? 0 : 1,
                call && line.outcome().status() != Status.OK ? 1 : 0,
                usage.build(),
                line.cost().provider(),
                line.cost().charged(),
                line.cost().saved(),
                call ? line.outcome().durationMicros() : 0,
                first ? line.outcome().firstTokenMicros() : 0,
                first ? 1 : 0);
    }

    private static SpendRow plus(SpendRow a, SpendRow b) {
        Usage.Builder usage = a.usage().toBuilder();
        for (Unit unit : Unit.values()) {
            usage.set(unit, a.usage().get(unit) + b.usage().get(unit));
        }
        b.usage()
                .toolUses()
                .forEach((tool, uses) ->
                        usage.tool(tool, uses + a.usage().toolUses().getOrDefault(tool, 0L)));
        return new SpendRow(
                a.bucketMillis(),
                a.values(),
                a.calls() + b.calls(),
                a.attempts() + b.attempts(),
                a.failed() + b.failed(),
                usage.build(),
                a.providerCost().plus(b.providerCost()),
                a.charged().plus(b.charged()),
                NanoUsd.ofNanos(a.saved().nanos() + b.saved().nanos()),
                a.durationMicros() + b.durationMicros(),
                a.firstTokenMicros() + b.firstTokenMicros(),
                a.firstTokens() + b.firstTokens());
    }

    private static String value(Line line, Dimension dimension) {
        return switch (dimension) {
            case TENANT -> line.principal().tenant();
            case TEAM -> line.principal().team();
            case USER -> line.principal().user();
            case KEY -> line.principal().keyId();
            case ALIAS -> line.call().alias();
            case PROVIDER -> line.target().provider();
            case MODEL -> line.target().upstreamModel();
            case ENDPOINT -> line.call().endpoint();
            case OPERATION -> line.call().operation();
            case DOCUMENT_TYPE -> line.call().documentType();
            case COMPLEXITY -> line.complexity();
            case STATUS -> line.outcome().status().label();
            case CACHE -> line.cache();
        };
    }
}
