package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.identity.Allowance;
import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Making, changing and showing users. */
final class UserEndpoints {
    private static final HolderShape SHAPE = HolderShape.USER;
    private static final Set<String> OF_KEY =
            Set.of("auto_create_key", "key_alias", "duration", "tags", "team_id", "teams");
    private static final int PAGE_MAX = 1_000_000;
    private static final int SIZE_MAX = 100;

    private final HolderCalls calls;
    private final HeldKeys keys;

    UserEndpoints(HolderCalls calls, HeldKeys keys) {
        this.calls = calls;
        this.keys = keys;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/user/new", Access.MASTER, this::make),
                Endpoint.post("/user/update", Access.MASTER, this::update),
                Endpoint.post("/user/delete", Access.MASTER, this::delete),
                Endpoint.get("/user/info", Access.MASTER, this::info),
                Endpoint.get("/user/list", Access.MASTER, this::list));
    }

    private Answer make(Exchange exchange) {
        ObjectNode json = exchange.json();
        HolderFields fields = new HolderFields(SHAPE, exchange, json, OF_KEY);
        String email = fields.reader().text("user_email", "");
        if (!email.isEmpty() && byEmail(email).isPresent()) {
            throw HolderCalls.refusal(ErrorCode.ALREADY_EXISTS, "error.exists", "user_email", email);
        }
        List<Holder> teams = teams(json.path("teams"));
        boolean withKey = fields.reader().flag("auto_create_key", true);
        ObjectNode keyJson = keyFields(json);
        KeyFields keyFields = new KeyFields(keyJson, Set.of(), exchange.now(), exchange.zone());
        KeyProfile profile = keyFields.applyTo(KeyProfile.DEFAULT);
        if (withKey) {
            keys.requireFree(profile.alias());
        }
        List<String> warnings = fields.warnings();
        Holder user = calls.make(SHAPE, fields, exchange, warnings);
        for (Holder team : teams) {
            List<Members.Member> member = List.of(new Members.Member(user.id(), "user"));
            calls.change(HolderShape.TEAM, team.id(), before -> Members.with(before, member), exchange);
        }
        ObjectNode body = Json.object();
        if (withKey) {
            body.setAll(keys.issue(of(user, profile), exchange));
        }
        body.setAll(row(user));
        body.set("warnings", KeyJson.array(warnings));
        return Answer.json(body);
    }

    /** The fields that are of the key which is made with a user. */
    private static ObjectNode keyFields(ObjectNode json) {
        ObjectNode fields = Json.object();
        for (String name : List.of("key_alias", "duration", "tags", "team_id")) {
            if (json.has(name)) {
                fields.set(name, json.get(name));
            }
        }
        return fields;
    }

    /** A key without limits of its own: those of its user hold. */
    private static KeyProfile of(Holder user, KeyProfile fields) {
        return new KeyProfile(
                fields.alias(),
                user.profile().tenant(),
                fields.team(),
                user.id(),
                "",
                Allowance.NONE,
                List.of(),
                fields.tags(),
                "{}",
                "{}",
                false,
                fields.expiresAtMillis());
    }

    private List<Holder> teams(JsonNode value) {
        FieldType.LIST.check("teams", value);
        List<Holder> teams = new ArrayList<>();
        for (JsonNode one : value) {
            String id = HolderCalls.text(one.isObject() ? one.path("team_id") : one);
            teams.add(calls.holders()
                    .find(Kind.TEAM, id)
                    .orElseThrow(() -> Problem.value("teams", one.toString(), "ids of teams, of GET /team/list")));
        }
        return teams;
    }

    private Answer update(Exchange exchange) {
        HolderFields fields = new HolderFields(SHAPE, exchange, exchange.json(), Set.of());
        List<String> warnings = fields.warnings();
        Holder user;
        if (fields.id().isEmpty()) {
            String email = fields.reader().text("user_email", "");
            if (email.isEmpty()) {
                throw Problem.value("user_id", "", "the id of a user, or user_email");
            }
            String id = byEmail(email)
                    .map(Holder::id)
                    .orElseThrow(() -> HolderCalls.refusal(ErrorCode.NOT_FOUND, "error.none", "user_email", email));
            user = calls.change(SHAPE, id, fields, exchange, warnings);
        } else {
            user = calls.put(SHAPE, fields.id(), fields, exchange, warnings);
        }
        ObjectNode body = Json.object();
        body.put("user_id", user.id());
        body.set("data", row(user));
        body.set("warnings", KeyJson.array(warnings));
        return Answer.json(body);
    }

    private Answer delete(Exchange exchange) {
        FieldReader fields = HolderCalls.only(exchange, exchange.json(), Set.of("user_ids"));
        List<Holder> doomed = calls.named(SHAPE, fields, "user_ids");
        for (Holder user : doomed) {
            keys.delete(new KeyStore.Filter("", "", "", user.id()), exchange);
            for (Holder team : teamsOf(user.id())) {
                calls.change(HolderShape.TEAM, team.id(), before -> Members.without(before, user.id()), exchange);
            }
            calls.delete(user, exchange);
        }
        return Answer.json(Json.number(doomed.size()));
    }

    private Answer info(Exchange exchange) {
        Query query = exchange.query().only(List.of("user_id"));
        Holder user = calls.required(SHAPE, query.text("user_id"));
        ObjectNode body = Json.object();
        body.put("user_id", user.id());
        body.set("user_info", row(user));
        body.set("keys", keys.rows(new KeyStore.Filter("", "", "", user.id()), exchange));
        ArrayNode teams = body.putArray("teams");
        teamsOf(user.id()).forEach(team -> teams.add(calls.row(HolderShape.TEAM, team)));
        return Answer.json(body);
    }

    private Answer list(Exchange exchange) {
        Query query = exchange.query().only(List.of("user_email", "page", "page_size"));
        String email = query.text("user_email");
        int page = query.number("page", 1, 1, PAGE_MAX);
        int size = query.number("page_size", 25, 1, SIZE_MAX);
        List<Holder> users = calls.holders().list(Kind.USER).stream()
                .filter(user -> email.isEmpty() || user.profile().email().equalsIgnoreCase(email))
                .toList();
        ObjectNode body = Json.object();
        ArrayNode rows = body.putArray("users");
        HolderCalls.page(users, page, size).forEach(user -> rows.add(row(user)));
        body.put("total", users.size());
        body.put("page", page);
        body.put("page_size", size);
        body.put("total_pages", Math.ceilDiv(users.size(), size));
        return Answer.json(body);
    }

    private ObjectNode row(Holder user) {
        ObjectNode row = calls.row(SHAPE, user);
        ArrayNode teams = row.putArray("teams");
        teamsOf(user.id()).forEach(team -> teams.add(team.id()));
        return row;
    }

    private List<Holder> teamsOf(String user) {
        return calls.holders().list(Kind.TEAM).stream()
                .filter(team -> Members.has(team.profile(), user))
                .toList();
    }

    private Optional<Holder> byEmail(String email) {
        return calls.holders().list(Kind.USER).stream()
                .filter(user -> user.profile().email().equalsIgnoreCase(email))
                .findFirst();
    }
}
