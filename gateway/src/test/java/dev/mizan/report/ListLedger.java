package dev.mizan.report;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.store.DatabaseUnavailableException;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A ledger in memory: what reports are compared with. Sums are added up line by line, in the plainest way. */
public final class ListLedger implements LedgerReader {
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private volatile boolean broken;
    private volatile Runnable onRead = () -> {};

    public ListLedger add(Line... more) {
        lines.addAll(List.of(more));
        return this;
    }

    public List<Line> all() {
        return List.copyOf(lines);
    }

    /** From now on reading fails, or no longer. */
    public void breakDown(boolean broken) {
        this.broken = broken;
    }

    /** Runs whenever something is read, and for an export before each line. */
    public void onRead(Runnable action) {
        onRead = action;
    }

    @Override
    public Page lines(LineFilter filter, String cursor, int limit) {
        List<Line> found = fitting(filter).stream()
                .sorted(Comparator.comparing(Line::id).reversed())
                .filter(line -> cursor.isEmpty() || line.id().compareTo(cursor) < 0)
                .toList();
        List<Line> page = found.subList(0, Math.min(limit, found.size()));
        return new Page(page, found.size() > limit ? page.getLast().id() : "");
    }

    @Override
    public void forEachLine(LineFilter filter, Consumer<Line> consumer) {
        fitting(filter).stream().sorted(Comparator.comparing(Line::id)).forEach(line -> {
            onRead.run();
            consumer.accept(line);
        });
    }

    @Override
    public Optional<Line> line(String id) {
        return fitting(LineFilter.ALL).stream()
                .filter(line -> line.id().equals(id))
                .findFirst();
    }

    @Override
    public List<SpendRow> spend(SpendQuery query) {
        if (query.fromMillis() % SpendQuery.SLOT_MILLIS != 0 || query.toMillis() % SpendQuery.SLOT_MILLIS != 0) {
            throw new IllegalArgumentException("from and to must be multiples of a slot");
        }
        Map<List<Object>, SpendRow> rows = new LinkedHashMap<>();
        Predicate<Line> inside =
                line -> line.timeMillis() >= query.fromMillis() && line.timeMillis() < query.toMillis();
        for (Line line : fitting(new LineFilter(0, Long.MAX_VALUE, query.equal(), "", ""))) {
            if (inside.test(line)) {
                List<String> values =
                        query.groupBy().stream().map(d -> value(line, d)).toList();
                long bucket = bucket(line.timeMillis(), query);
                rows.merge(List.of(bucket, values), row(line, bucket, values), ListLedger::plus);
            }
        }
        if (rows.size() > SPEND_ROWS_MAX) {
            throw new TooManyRowsException();
        }
        return List.copyOf(rows.values());
    }

    private List<Line> fitting(LineFilter filter) {
        if (broken) {
            throw new DatabaseUnavailableException("broken on purpose");
        }
        onRead.run();
        List<Line> found = new ArrayList<>();
        for (Line line : lines) {
            boolean fits = line.timeMillis() >= filter.fromMillis()
                    && line.timeMillis() < filter.toMillis()
                    && (filter.requestId().isEmpty() || line.requestId().equals(filter.requestId()))
                    && (filter.kind().isEmpty() || line.kind().label().equals(filter.kind()))
                    && filter.equal().entrySet().stream()
                            .allMatch(e -> value(line, e.getKey()).equals(e.getValue()));
            if (fits) {
                found.add(line);
            }
        }
        return found;
    }

    private static SpendRow row(Line line, long bucket, List<String> values) {
        boolean call = line.kind() == Line.Kind.CALL;
        boolean first = call && line.outcome().firstTokenMicros() >= 0;
        return new SpendRow(
                bucket,
                values,
                call ? 1 : 0,
                line.kind() == Line.Kind.ATTEMPT ? 1 : 0,
                call && line.outcome().status() != Outcome.Status.OK ? 1 : 0,
                line.usage(),
                line.cost().provider(),
                line.cost().charged(),
                line.cost().saved(),
                call ? line.outcome().durationMicros() : 0,
                first ? line.outcome().firstTokenMicros() : 0,
                first ? 1 : 0);
    }

    private static SpendRow plus(SpendRow a, SpendRow b) {
        Usage.Builder usage = Usage.builder();
        for (Unit unit : Unit.values()) {
            usage.set(unit, a.usage().get(unit) + b.usage().get(unit));
        }
        a.usage().toolUses().forEach((name, uses) -> usage.tool(name, uses));
        b.usage()
                .toolUses()
                .forEach((name, uses) ->
                        usage.tool(name, uses + a.usage().toolUses().getOrDefault(name, 0L)));
        return new SpendRow(
                a.bucketMillis(),
                a.values(),
                a.calls() + b.calls(),
                a.attempts() + b.attempts(),
                a.failed() + b.failed(),
                usage.build(),
                a.providerCost().plus(b.providerCost()),
                a.charged().plus(b.charged()),
                a.saved().plus(b.saved()),
                a.durationMicros() + b.durationMicros(),
                a.firstTokenMicros() + b.firstTokenMicros(),
                a.firstTokens() + b.firstTokens());
    }

    private static long bucket(long millis, SpendQuery query) {
        ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(query.zone());
        return switch (query.bucket()) {
            case ALL -> 0;
            case SLOT -> millis - Math.floorMod(millis, SpendQuery.SLOT_MILLIS);
            case HOUR -> time.truncatedTo(ChronoUnit.HOURS).toInstant().toEpochMilli();
            case DAY ->
                time.toLocalDate().atStartOfDay(query.zone()).toInstant().toEpochMilli();
            case MONTH ->
                time.toLocalDate()
                        .withDayOfMonth(1)
                        .atStartOfDay(query.zone())
                        .toInstant()
                        .toEpochMilli();
        };
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
