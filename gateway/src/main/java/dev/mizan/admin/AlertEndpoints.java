package dev.mizan.admin;

import com.github.f4b6a3.ulid.Ulid;
import dev.mizan.alert.Alert;
import dev.mizan.alert.AlertJson;
import dev.mizan.alert.AlertStore;
import dev.mizan.alert.AlertStore.DeliveryState;
import dev.mizan.alert.Desk;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.limit.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What fired, how the channels do, and a test of them. */
final class AlertEndpoints {
    private static final int LIMIT_MAX = 200;
    private static final int LIMIT = 50;

    private final Desk alerts;

    AlertEndpoints(Desk alerts) {
        this.alerts = alerts;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/v1/alerts", Access.MASTER, this::list),
                Endpoint.get("/api/v1/alerts/channels", Access.MASTER, this::channels),
                Endpoint.post("/api/v1/alerts/test", Access.MASTER, this::test));
    }

    private Answer list(Exchange exchange) {
        Query query = exchange.query().only(List.of("kind", "level", "subject", "from", "to", "limit", "cursor"));
        String cursor = query.text("cursor");
        if (!cursor.isEmpty() && !Ulid.isValid(cursor)) {
            throw Problem.value("cursor", cursor, "next_cursor of the page before");
        }
        String subject = query.text("subject");
        if (!subject.isEmpty() && Subject.parse(subject).isEmpty() && !subject.startsWith("journal:")) {
            throw Problem.value("subject", subject, "global, tenant:ID, user:ID, provider:NAME, journal:INSTANCE, …");
        }
        AlertStore.Filter filter = new AlertStore.Filter(
                query.choice("kind", choices(Stream.of(Alert.Kind.values()).map(Alert.Kind::label))),
                query.choice("level", choices(Stream.of(Alert.Level.values()).map(Alert.Level::name))),
                subject,
                query.time("from", exchange.zone()).orElse(0L),
                query.time("to", exchange.zone()).orElse(Long.MAX_VALUE));
        AlertStore.Page page = alerts.page(filter, cursor, query.number("limit", LIMIT, 1, LIMIT_MAX));
        ArrayNode rows = Json.array();
        for (AlertStore.Fired fired : page.fired()) {
            ObjectNode row = AlertJson.of(fired.alert(), exchange.language());
            ArrayNode deliveries = row.putArray("deliveries");
            fired.deliveries().forEach(delivery -> deliveries.add(delivery(delivery)));
            rows.add(row);
        }
        ObjectNode body = Json.object();
        body.set("data", rows);
        if (page.nextCursor().isEmpty()) {
            body.putNull("next_cursor");
        } else {
            body.put("next_cursor", page.nextCursor());
        }
        return Answer.json(body);
    }

    private Answer channels(Exchange exchange) {
        exchange.query().only(List.of());
        ArrayNode rows = Json.array();
        for (Desk.Channelled channel : alerts.channels()) {
            AlertStore.ChannelState state = channel.state();
            ObjectNode row = Json.object();
            row.put("channel", channel.name());
            row.put("state", channel.label());
            row.put("waiting", state.waiting());
            row.put("given_up", state.givenUp());
            row.put("last_error", state.lastError());
            if (state.deliveredAtMillis() == 0) {
                row.putNull("delivered_at");
            } else {
                row.put("delivered_at", Json.time(state.deliveredAtMillis()));
            }
            rows.add(row);
        }
        ObjectNode body = Json.object();
        body.set("data", rows);
        return Answer.json(body);
    }

    private Answer test(Exchange exchange) {
        exchange.query().only(List.of());
        // One at a time: each holds the channels up for a while.
        List<Desk.Tested> tested = alerts.test().orElseThrow(() -> Problem.of(ErrorCode.OVERLOADED, "error.overloaded")
                .thrown());
        ArrayNode rows = Json.array();
        for (Desk.Tested one : tested) {
            ObjectNode row = Json.object();
            row.put("channel", one.channel());
            row.put("ok", one.ok());
            row.put("error", one.error());
            rows.add(row);
        }
        ObjectNode body = Json.object();
        body.set("data", rows);
        return Answer.json(body);
    }

    private static ObjectNode delivery(DeliveryState delivery) {
        ObjectNode row = Json.object();
        row.put("channel", delivery.channel());
        row.put("state", delivery.state());
        row.put("attempts", delivery.attempts());
        row.put("error", delivery.error());
        row.put("changed_at", Json.time(delivery.changedAtMillis()));
        return row;
    }

    private static List<String> choices(Stream<String> names) {
        List<String> choices = new ArrayList<>(List.of(""));
        choices.addAll(names.toList());
        return choices;
    }
}
