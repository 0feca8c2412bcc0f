package dev.mizan.admin;

import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.KeyStore;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Making, changing and showing tenants, which LiteLLM calls organizations. */
final class TenantEndpoints {
    private static final HolderShape SHAPE = HolderShape.TENANT;

    private final HolderCalls calls;
    private final HeldKeys keys;

    TenantEndpoints(HolderCalls calls, HeldKeys keys) {
        this.calls = calls;
        this.keys = keys;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/organization/new", Access.MASTER, this::make),
                Endpoint.post("/organization/update", Access.MASTER, this::update),
                new Endpoint(HttpMethod.PATCH, "/organization/update", Access.MASTER, this::update),
                Endpoint.post("/organization/delete", Access.MASTER, this::delete),
                new Endpoint(HttpMethod.DELETE, "/organization/delete", Access.MASTER, this::delete),
                Endpoint.get("/organization/info", Access.MASTER, this::info),
                Endpoint.get("/organization/list", Access.MASTER, this::list));
    }

    private Answer make(Exchange exchange) {
        HolderFields fields = new HolderFields(SHAPE, exchange, exchange.json(), Set.of());
        List<String> warnings = fields.warnings();
        Holder tenant = calls.make(SHAPE, fields, exchange, warnings);
        return Answer.json(calls.row(SHAPE, tenant, warnings));
    }

    private Answer update(Exchange exchange) {
        HolderFields fields = new HolderFields(SHAPE, exchange, exchange.json(), Set.of());
        List<String> warnings = fields.warnings();
        Holder tenant = calls.change(SHAPE, fields.reader().required("organization_id"), fields, exchange, warnings);
        return Answer.json(calls.row(SHAPE, tenant, warnings));
    }

    /** Its teams and keys go with it. */
    private Answer delete(Exchange exchange) {
        FieldReader fields = HolderCalls.only(exchange, exchange.json(), Set.of("organization_ids"));
        List<Holder> doomed = calls.named(SHAPE, fields, "organization_ids");
        if (doomed.stream().anyMatch(tenant -> tenant.id().equals(KeyProfile.DEFAULT.tenant()))) {
            throw Problem.value(
                    "organization_ids", KeyProfile.DEFAULT.tenant(), "another: all keys without one are its");
        }
        ObjectNode body = Json.object();
        ArrayNode deleted = body.putArray("deleted_organizations");
        for (Holder tenant : doomed) {
            keys.delete(new KeyStore.Filter("", tenant.id(), "", ""), exchange);
            teamsOf(tenant).forEach(team -> calls.delete(team, exchange));
            calls.delete(tenant, exchange);
            deleted.add(tenant.id());
        }
        return Answer.json(body);
    }

    private Answer info(Exchange exchange) {
        Query query = exchange.query().only(List.of("organization_id"));
        Holder tenant = calls.required(SHAPE, query.text("organization_id"));
        ObjectNode row = calls.row(SHAPE, tenant);
        ArrayNode teams = row.putArray("teams");
        teamsOf(tenant).forEach(team -> teams.add(calls.row(HolderShape.TEAM, team)));
        return Answer.json(row);
    }

    private Answer list(Exchange exchange) {
        Query query = exchange.query().only(List.of("page", "page_size"));
        return calls.list(SHAPE, calls.holders().list(Kind.TENANT), query);
    }

    private List<Holder> teamsOf(Holder tenant) {
        return calls.holders().list(Kind.TEAM).stream()
                .filter(team -> team.profile().tenant().equals(tenant.id()))
                .toList();
    }
}
