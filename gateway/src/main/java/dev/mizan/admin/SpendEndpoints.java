package dev.mizan.admin;

import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.Overview;
import dev.mizan.report.Period;
import dev.mizan.report.Spend;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.Sums;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sums of the ledger by any dimensions and by time, and those that the first page shows. */
final class SpendEndpoints {
    private static final int MODELS_MAX = 100;
    private static final int GROUPS_MAX = 4;

    private static final List<String> BUCKETS = bucketNames();

    private final LedgerReader ledger;

    SpendEndpoints(LedgerReader ledger) {
        this.ledger = ledger;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/v1/spend", Access.KEY, this::spend),
                Endpoint.get("/api/v1/overview", Access.KEY, this::overview));
    }

    private Answer spend(Exchange exchange) {
        List<String> names = new ArrayList<>(Dimensions.NAMES);
        names.addAll(List.of("group_by", "bucket", "from", "to", "top", "time_zone", "format", "bom"));
        Query query = exchange.query().only(names);
        Caller caller = exchange.caller();
        ZoneId zone = query.zone("time_zone", exchange.zone());
        Period period = period(query, exchange, zone);
        List<Dimension> groupBy = Dimensions.groupBy(query);
        if (groupBy.size() > GROUPS_MAX) {
            throw Problem.value("group_by", query.text("group_by"), "at most " + GROUPS_MAX + " dimensions");
        }
        SpendQuery.Bucket bucket = bucket(query);
        Spend spend = Spend.read(
                ledger,
                new SpendQuery(
                        period.fromMillis(),
                        period.toMillis(),
                        groupBy,
                        Dimensions.filters(query, caller),
                        bucket,
                        zone),
                query.number("top", Integer.MAX_VALUE, 1, Integer.MAX_VALUE));
        boolean bucketed = bucket != SpendQuery.Bucket.ALL;
        String format = Export.format(exchange);
        if (!format.isEmpty() && !format.equals("json")) {
            Spend.Group sample = new Spend.Group(0, List.of(), true, new Sums());
            return Export.answer(
                    format,
                    "spend",
                    query.flag("bom"),
                    SpendJson.row(sample, groupBy, bucketed, zone, caller),
                    rows -> spend.groups()
                            .forEach(group -> rows.accept(SpendJson.row(group, groupBy, bucketed, zone, caller))));
        }
        ArrayNode rows = Json.array();
        spend.groups().forEach(group -> rows.add(SpendJson.row(group, groupBy, bucketed, zone, caller)));
        ObjectNode body = Json.object();
        body.put("from", SpendJson.zoned(period.fromMillis(), zone));
        body.put("to", SpendJson.zoned(period.toMillis(), zone));
        body.put("time_zone", zone.getId());
        body.set("data", rows);
        body.set("total", SpendJson.sums(spend.total(), caller));
        return Answer.json(body);
    }

    private Answer overview(Exchange exchange) {
        exchange.query().only(List.of());
        Caller caller = exchange.caller();
        Overview overview = Overview.read(ledger, exchange.now(), exchange.zone(), caller.scope(), MODELS_MAX);
        return Answer.json(SpendJson.overview(overview, exchange.zone(), caller));
    }

    /** This month if nothing is said; in whole rollup slots, outwards. */
    private static Period period(Query query, Exchange exchange, ZoneId zone) {
        Period month = Period.of(YearMonth.from(exchange.now().atZone(zone)), zone);
        long from = query.time("from", zone).orElse(month.fromMillis());
        long to = query.time("to", zone).orElse(Math.max(month.toMillis(), from));
        if (from > to) {
            throw Problem.value("from", query.text("from"), "not after to");
        }
        if (from < 0 || to > Period.ALWAYS.toMillis()) {
            throw Problem.value("from", query.text("from"), "a time in the years 1970 to 9999");
        }
        return new Period(from, to).inSlots();
    }

    private static SpendQuery.Bucket bucket(Query query) {
        String name = query.has("bucket") ? query.text("bucket") : "all";
        if (!BUCKETS.contains(name)) {
            throw Problem.value("bucket", name, "one of " + String.join(", ", BUCKETS));
        }
        return SpendQuery.Bucket.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static List<String> bucketNames() {
        return Arrays.stream(SpendQuery.Bucket.values())
                .map(bucket -> bucket.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
