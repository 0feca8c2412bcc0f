package dev.mizan.admin;

import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Making, changing and showing customers: the end-users that callers name in {@code user}. */
final class CustomerEndpoints {
    private static final HolderShape SHAPE = HolderShape.CUSTOMER;

    private final HolderCalls calls;

    CustomerEndpoints(HolderCalls calls) {
        this.calls = calls;
    }

    List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String prefix : List.of("/customer", "/end_user")) {
            endpoints.add(Endpoint.post(prefix + "/new", Access.MASTER, this::make));
            endpoints.add(Endpoint.post(prefix + "/update", Access.MASTER, this::update));
            endpoints.add(Endpoint.post(prefix + "/delete", Access.MASTER, this::delete));
            endpoints.add(Endpoint.post(prefix + "/block", Access.MASTER, exchange -> block(exchange, true)));
            endpoints.add(Endpoint.post(prefix + "/unblock", Access.MASTER, exchange -> block(exchange, false)));
            endpoints.add(Endpoint.get(prefix + "/info", Access.MASTER, this::info));
            endpoints.add(Endpoint.get(prefix + "/list", Access.MASTER, this::list));
        }
        return endpoints;
    }

    private Answer make(Exchange exchange) {
        HolderFields fields = new HolderFields(SHAPE, exchange, exchange.json(), Set.of());
        fields.reader().required("user_id");
        List<String> warnings = fields.warnings();
        Holder customer = calls.make(SHAPE, fields, exchange, warnings);
        return Answer.json(calls.row(SHAPE, customer, warnings));
    }

    private Answer update(Exchange exchange) {
        HolderFields fields = new HolderFields(SHAPE, exchange, exchange.json(), Set.of());
        List<String> warnings = fields.warnings();
        String id = fields.storedId(fields.reader().required("user_id"));
        Holder customer = calls.change(SHAPE, id, fields, exchange, warnings);
        return Answer.json(calls.row(SHAPE, customer, warnings));
    }

    private Answer delete(Exchange exchange) {
        FieldReader fields =
                HolderCalls.only(exchange, exchange.json(), Set.of("user_ids", "tenant", "organization_id"));
        List<Holder> doomed = calls.named(SHAPE, fields, "user_ids");
        doomed.forEach(customer -> calls.delete(customer, exchange));
        ObjectNode body = Json.object();
        body.put("deleted_customers", doomed.size());
        return Answer.json(body);
    }

    /** Also of customers that nothing was set of before. */
    private Answer block(Exchange exchange, boolean blocked) {
        FieldReader fields =
                HolderCalls.only(exchange, exchange.json(), Set.of("user_ids", "tenant", "organization_id"));
        List<String> names = fields.texts("user_ids", List.of(), HolderCalls.NAMED_MAX, FieldReader.TEXT_LENGTH_MAX);
        if (names.isEmpty()) {
            throw Problem.value("user_ids", fields.field("user_ids").toString(), "a list of ids");
        }
        String tenant = fields.tenant("", "");
        ObjectNode body = Json.object();
        ArrayNode rows = body.putArray(blocked ? "blocked_users" : "unblocked_users");
        for (String name : names) {
            Holder customer = calls.put(
                    SHAPE,
                    Holder.customerId(tenant, name),
                    before -> before.withTenant(tenant).withBlocked(blocked),
                    exchange);
            rows.add(calls.row(SHAPE, customer));
        }
        return Answer.json(body);
    }

    private Answer info(Exchange exchange) {
        Query query = exchange.query().only(List.of("end_user_id", "tenant", "organization_id"));
        String id = Holder.customerId(tenant(query), query.text("end_user_id"));
        return Answer.json(calls.row(SHAPE, calls.required(SHAPE, id)));
    }

    private Answer list(Exchange exchange) {
        Query query = exchange.query().only(List.of("tenant", "organization_id", "page", "page_size"));
        String tenant = tenant(query);
        List<Holder> customers = calls.holders().list(Kind.CUSTOMER).stream()
                .filter(customer ->
                        tenant.isEmpty() || customer.profile().tenant().equals(tenant))
                .toList();
        return calls.list(SHAPE, customers, query);
    }

    private static String tenant(Query query) {
        return query.has("tenant") ? query.text("tenant") : query.text("organization_id");
    }
}
