package dev.mizan.admin;

import com.github.f4b6a3.ulid.Ulid;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.ledger.Line;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineFilter;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The ledger's lines: by page, exported, one explained; and in the shape of LiteLLM's spend logs. */
final class LedgerEndpoints {
    private static final int LIMIT_MAX = 1_000;
    private static final int LIMIT = 100;
    private static final int ATTEMPTS_MAX = 100;

    private static final List<String> KINDS = List.of("", "call", "attempt", "correction");

    private static final List<String> LOG_PARAMETERS =
            List.of("request_id", "api_key", "user_id", "team_id", "start_date", "end_date", "limit");

    private final LedgerReader ledger;
    private final Supplier<Pricing> pricing;

    LedgerEndpoints(LedgerReader ledger, Supplier<Pricing> pricing) {
        this.ledger = ledger;
        this.pricing = pricing;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/v1/ledger", Access.KEY, this::lines),
                Endpoint.get("/api/v1/ledger/:id", Access.KEY, this::line),
                Endpoint.get("/api/v1/ledger/:id/explain", Access.KEY, this::explain),
                Endpoint.get("/spend/logs", Access.KEY, this::logs));
    }

    private Answer lines(Exchange exchange) {
        LineFilter filter = filter(exchange);
        Query query = exchange.query();
        String format = Export.format(exchange);
        if (!format.isEmpty()) {
            for (String paging : List.of("limit", "cursor")) {
                if (query.has(paging)) {
                    throw Problem.value(paging, query.text(paging), "nothing: an export has all lines");
                }
            }
            return Export.answer(
                    format,
                    "ledger",
                    query.flag("bom"),
                    LineJson.of(SampleLine.LINE, exchange.caller()),
                    rows -> ledger.forEachLine(filter, line -> rows.accept(LineJson.of(line, exchange.caller()))));
        }
        LedgerReader.Page page = page(filter, query);
        ArrayNode rows = Json.array();
        page.lines().forEach(line -> rows.add(LineJson.of(line, exchange.caller())));
        ObjectNode body = Json.object();
        body.set("data", rows);
        if (page.nextCursor().isEmpty()) {
            body.putNull("next_cursor");
        } else {
            body.put("next_cursor", page.nextCursor());
        }
        return Answer.json(body);
    }

    private LedgerReader.Page page(LineFilter filter, Query query) {
        int limit = query.number("limit", LIMIT, 1, LIMIT_MAX);
        String cursor = query.text("cursor");
        if (!cursor.isEmpty() && !Ulid.isValid(cursor)) {
            throw Problem.value("cursor", cursor, "next_cursor of the page before");
        }
        return ledger.lines(filter, cursor, limit);
    }

    private Answer line(Exchange exchange) {
        exchange.query().only(List.of());
        return Answer.json(LineJson.of(found(exchange), exchange.caller()));
    }

    private Answer explain(Exchange exchange) {
        exchange.query().only(List.of());
        Line line = found(exchange);
        LineFilter sameCall =
                new LineFilter(0, Long.MAX_VALUE, exchange.caller().scope(), line.requestId(), "");
        List<Line> others = ledger.lines(sameCall, "", ATTEMPTS_MAX).lines();
        return Answer.json(Explanation.of(line, others, pricing.get(), exchange.caller()));
    }

    /** Whoever may not see a line is told the same as where there is none. */
    private Line found(Exchange exchange) {
        Caller caller = exchange.caller();
        String id = exchange.pathValue("id");
        return (Ulid.isValid(id) ? ledger.line(id) : Optional.<Line>empty())
                .filter(line -> caller.isMaster()
                        || line.principal().keyId().equals(caller.key().id()))
                .orElseThrow(
                        () -> Problem.of(ErrorCode.NOT_FOUND, "error.line.none").thrown());
    }

    private Answer logs(Exchange exchange) {
        Query query = exchange.query().only(LOG_PARAMETERS);
        Map<Dimension, String> equal = new EnumMap<>(Dimension.class);
        put(equal, Dimension.KEY, query.text("api_key"));
        put(equal, Dimension.USER, query.text("user_id"));
        put(equal, Dimension.TEAM, query.text("team_id"));
        ZoneId zone = exchange.zone();
        long from = query.has("start_date")
                ? query.date("start_date", LocalDate.EPOCH)
                        .atStartOfDay(zone)
                        .toInstant()
                        .toEpochMilli()
                : 0;
        // The last day is included, as there.
        long to = query.has("end_date")
                ? query.date("end_date", LocalDate.EPOCH)
                        .plusDays(1)
                        .atStartOfDay(zone)
                        .toInstant()
                        .toEpochMilli()
                : Long.MAX_VALUE;
        LineFilter filter =
                new LineFilter(from, to, Dimensions.scoped(equal, exchange.caller()), query.text("request_id"), "");
        int limit = query.number("limit", LIMIT_MAX, 1, LIMIT_MAX);
        ArrayNode rows = Json.array();
        ledger.lines(filter, "", limit).lines().forEach(line -> rows.add(SpendLog.of(line, exchange.caller())));
        return Answer.json(rows);
    }

    private static void put(Map<Dimension, String> equal, Dimension dimension, String value) {
        if (!value.isEmpty()) {
            equal.put(dimension, value);
        }
    }

    private static LineFilter filter(Exchange exchange) {
        List<String> names = new ArrayList<>(Dimensions.NAMES);
        names.addAll(List.of("from", "to", "request_id", "kind", "limit", "cursor", "format", "bom"));
        Query query = exchange.query().only(names);
        long from = query.time("from", exchange.zone()).orElse(0L);
        long to = query.time("to", exchange.zone()).orElse(Long.MAX_VALUE);
        if (from > to) {
            throw Problem.value("from", query.text("from"), "not after to");
        }
        return new LineFilter(
                from,
                to,
                Dimensions.filters(query, exchange.caller()),
                query.text("request_id"),
                query.choice("kind", KINDS));
    }
}
