package dev.mizan.admin;

import dev.mizan.store.JdbcAudit;
import dev.mizan.store.JdbcAudit.Change;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who changed what, when. */
final class AuditEndpoints {
    private static final int LIMIT_MAX = 1_000;
    private static final String CURSOR_EXPECTED = "next_cursor of an answer";

    private final JdbcAudit audit;

    AuditEndpoints(JdbcAudit audit) {
        this.audit = audit;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/api/v1/audit", Access.MASTER, this::list));
    }

    private Answer list(Exchange exchange) {
        Query query = exchange.query().only(List.of("kind", "target", "action", "by", "from", "to", "limit", "cursor"));
        int limit = query.number("limit", 100, 1, LIMIT_MAX);
        JdbcAudit.Filter filter = new JdbcAudit.Filter(
                query.text("kind"),
                query.text("target"),
                query.text("action"),
                query.text("by"),
                query.time("from", exchange.zone()).orElse(0L),
                query.time("to", exchange.zone()).orElse(Long.MAX_VALUE));
        List<Change> changes = audit.page(filter, cursor(query), limit);
        ObjectNode body = Json.object();
        ArrayNode data = body.putArray("data");
        changes.forEach(change -> data.add(row(change)));
        if (changes.size() == limit) {
            body.put("next_cursor", Long.toString(changes.getLast().revision()));
        } else {
            body.putNull("next_cursor");
        }
        return Answer.json(body);
    }

    private static long cursor(Query query) {
        if (!query.has("cursor")) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(query.text("cursor"));
        } catch (NumberFormatException e) {
            throw Problem.value("cursor", query.text("cursor"), CURSOR_EXPECTED);
        }
    }

    private static ObjectNode row(Change change) {
        ObjectNode row = Json.object();
        row.put("id", change.revision());
        row.put("time", Json.time(change.atMillis()));
        row.put("by", change.by());
        row.put("action", change.action());
        row.put("kind", change.kind());
        row.put("target", change.target().substring(change.target().indexOf('\t') + 1));
        put(row, "before", change.before());
        put(row, "after", change.after());
        return row;
    }

    private static void put(ObjectNode row, String name, String json) {
        if (json.isEmpty()) {
            row.putNull(name);
        } else {
            row.set(name, Json.read(json));
        }
    }
}
