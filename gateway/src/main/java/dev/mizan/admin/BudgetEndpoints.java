package dev.mizan.admin;

import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Budgets that holders share, each counted for itself; and tags, whose calls are counted together. */
final class BudgetEndpoints {
    private final HolderCalls calls;
    private final References references;

    BudgetEndpoints(HolderCalls calls, References references) {
        this.calls = calls;
        this.references = references;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/budget/new", Access.MASTER, exchange -> make(HolderShape.BUDGET, exchange)),
                Endpoint.post("/budget/update", Access.MASTER, exchange -> update(HolderShape.BUDGET, exchange)),
                Endpoint.post("/budget/info", Access.MASTER, this::budgets),
                Endpoint.post("/budget/delete", Access.MASTER, this::deleteBudget),
                Endpoint.get("/budget/list", Access.MASTER, exchange -> list(HolderShape.BUDGET, exchange)),
                Endpoint.post("/tag/new", Access.MASTER, exchange -> make(HolderShape.TAG, exchange)),
                Endpoint.post("/tag/update", Access.MASTER, exchange -> update(HolderShape.TAG, exchange)),
                Endpoint.post("/tag/info", Access.MASTER, this::tags),
                Endpoint.post("/tag/delete", Access.MASTER, this::deleteTag),
                Endpoint.get("/tag/list", Access.MASTER, exchange -> list(HolderShape.TAG, exchange)));
    }

    private Answer make(HolderShape shape, Exchange exchange) {
        HolderFields fields = new HolderFields(shape, exchange, exchange.json(), Set.of());
        if (shape.kind() == Kind.TAG) {
            fields.reader().required("name");
        }
        List<String> warnings = fields.warnings();
        return Answer.json(calls.row(shape, calls.make(shape, fields, exchange, warnings), warnings));
    }

    private Answer update(HolderShape shape, Exchange exchange) {
        HolderFields fields = new HolderFields(shape, exchange, exchange.json(), Set.of());
        List<String> warnings = fields.warnings();
        String id = fields.reader().required(shape.idField());
        return Answer.json(calls.row(shape, calls.change(shape, id, fields, exchange, warnings), warnings));
    }

    private Answer list(HolderShape shape, Exchange exchange) {
        Query query = exchange.query().only(List.of("page", "page_size"));
        return calls.list(shape, calls.holders().list(shape.kind()), query);
    }

    private Answer budgets(Exchange exchange) {
        FieldReader fields = HolderCalls.only(exchange, exchange.json(), Set.of("budgets"));
        ArrayNode rows = Json.array();
        calls.named(HolderShape.BUDGET, fields, "budgets")
                .forEach(budget -> rows.add(calls.row(HolderShape.BUDGET, budget)));
        return Answer.json(rows);
    }

    private Answer tags(Exchange exchange) {
        FieldReader fields = HolderCalls.only(exchange, exchange.json(), Set.of("names"));
        ObjectNode rows = Json.object();
        calls.named(HolderShape.TAG, fields, "names")
                .forEach(tag -> rows.set(tag.id(), calls.row(HolderShape.TAG, tag)));
        return Answer.json(rows);
    }

    /** One that somebody has can't go: its limits would be lost. */
    private Answer deleteBudget(Exchange exchange) {
        FieldReader fields = HolderCalls.only(exchange, exchange.json(), Set.of("id"));
        Holder budget = calls.required(HolderShape.BUDGET, fields.required("id"));
        references.requireUnused(
                "id", "budget", budget.id(), one -> one.allowance().budget());
        return deleted(budget, exchange);
    }

    private Answer deleteTag(Exchange exchange) {
        FieldReader fields = HolderCalls.only(exchange, exchange.json(), Set.of("name"));
        return deleted(calls.required(HolderShape.TAG, fields.required("name")), exchange);
    }

    private Answer deleted(Holder holder, Exchange exchange) {
        calls.delete(holder, exchange);
        ObjectNode body = Json.object();
        body.put("deleted", holder.id());
        return Answer.json(body);
    }
}
