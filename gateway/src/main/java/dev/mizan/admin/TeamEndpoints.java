package dev.mizan.admin;

import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.KeyStore;
import dev.mizan.identity.TeamMembers;
import dev.mizan.report.CostSummary;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Making, changing and showing teams and their members. */
final class TeamEndpoints {
    private static final HolderShape SHAPE = HolderShape.TEAM;
    private static final Set<String> MEMBERS = with(MemberFields.OF_TEAM, "members_with_roles", "admins", "members");

    private final HolderCalls calls;
    private final HeldKeys keys;
    private final LedgerReader ledger;

    TeamEndpoints(HolderCalls calls, HeldKeys keys, LedgerReader ledger) {
        this.calls = calls;
        this.keys = keys;
        this.ledger = ledger;
    }

    private static Set<String> with(Set<String> names, String... more) {
        return Stream.concat(names.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/team/new", Access.MASTER, this::make),
                Endpoint.post("/team/update", Access.MASTER, this::update),
                Endpoint.post("/team/delete", Access.MASTER, this::delete),
                Endpoint.post("/team/block", Access.MASTER, exchange -> block(exchange, true)),
                Endpoint.post("/team/unblock", Access.MASTER, exchange -> block(exchange, false)),
                Endpoint.post("/team/member_add", Access.MASTER, this::addMember),
                Endpoint.post("/team/member_update", Access.MASTER, this::updateMember),
                Endpoint.post("/team/member_delete", Access.MASTER, this::deleteMember),
                Endpoint.get("/team/info", Access.MASTER, this::info),
                Endpoint.get("/team/list", Access.MASTER, this::list));
    }

    private Answer make(Exchange exchange) {
        HolderFields fields = new HolderFields(SHAPE, exchange, exchange.json(), MEMBERS);
        List<Members.Member> members = members(fields);
        List<String> warnings = fields.warnings();
        Holder team = calls.make(
                SHAPE,
                fields,
                profile -> Members.with(MemberFields.keep(profile, fields.json()), members),
                exchange,
                warnings);
        return Answer.json(row(team, warnings));
    }

    /** Members as LiteLLM's calls give them: with their roles, or in a list for each role. */
    private static List<Members.Member> members(HolderFields fields) {
        List<Members.Member> members = new ArrayList<>();
        FieldReader reader = fields.reader();
        for (String user : reader.texts("members", List.of(), HolderCalls.NAMED_MAX, FieldReader.TEXT_LENGTH_MAX)) {
            members.add(new Members.Member(user, "user"));
        }
        for (String user : reader.texts("admins", List.of(), HolderCalls.NAMED_MAX, FieldReader.TEXT_LENGTH_MAX)) {
            members.add(new Members.Member(user, "admin"));
        }
        members.addAll(Members.read("members_with_roles", reader.field("members_with_roles")));
        return members;
    }

    private Answer update(Exchange exchange) {
        HolderFields fields = new HolderFields(SHAPE, exchange, exchange.json(), MemberFields.OF_TEAM);
        List<String> warnings = fields.warnings();
        String id = fields.reader().required("team_id");
        Holder team = calls.change(
                SHAPE, id, fields, profile -> MemberFields.keep(profile, fields.json()), exchange, warnings);
        ObjectNode body = Json.object();
        body.put("team_id", team.id());
        body.set("data", row(team));
        body.set("warnings", KeyJson.array(warnings));
        return Answer.json(body);
    }

    private Answer delete(Exchange exchange) {
        FieldReader fields = HolderCalls.only(exchange, exchange.json(), Set.of("team_ids"));
        ObjectNode body = Json.object();
        ArrayNode deleted = body.putArray("deleted_teams");
        for (Holder team : calls.named(SHAPE, fields, "team_ids")) {
            keys.delete(new KeyStore.Filter("", "", team.id(), ""), exchange);
            calls.delete(team, exchange);
            deleted.add(team.id());
        }
        return Answer.json(body);
    }

    private Answer block(Exchange exchange, boolean blocked) {
        FieldReader fields = HolderCalls.only(exchange, exchange.json(), Set.of("team_id"));
        String id = fields.required("team_id");
        return Answer.json(row(calls.change(SHAPE, id, before -> before.withBlocked(blocked), exchange), List.of()));
    }

    private Answer addMember(Exchange exchange) {
        ObjectNode json = exchange.json();
        LitellmFields all = new LitellmFields(json, with(MemberFields.OF_MEMBER, "team_id", "member"));
        FieldReader fields = new FieldReader(json, exchange.now(), exchange.zone());
        Map<String, JsonNode> limits = MemberFields.ofMember(json);
        List<Members.Member> members = Members.read("member", json.path("member")).stream()
                .map(member -> member.with(limits))
                .toList();
        if (members.isEmpty()) {
            throw Problem.value("member", json.path("member").toString(), "an object with user_id and role");
        }
        String id = fields.required("team_id");
        Holder team = calls.change(SHAPE, id, before -> Members.with(before, members), exchange);
        return Answer.json(row(team, all.warnings()));
    }

    private Answer updateMember(Exchange exchange) {
        FieldReader fields =
                HolderCalls.only(exchange, exchange.json(), with(MemberFields.OF_MEMBER, "team_id", "user_id", "role"));
        String user = fields.required("user_id");
        String id = fields.required("team_id");
        Map<String, JsonNode> limits = MemberFields.ofMember(exchange.json());
        Members.Member member = Members.of(calls.required(SHAPE, id).profile()).stream()
                .filter(one -> one.user().equals(user))
                .findFirst()
                .orElseThrow(() -> HolderCalls.notFound(HolderShape.USER, user));
        String role = fields.text("role", member.role());
        if (!role.equals("admin") && !role.equals("user")) {
            throw Problem.value("role", role, "admin or user");
        }
        List<Members.Member> changed = List.of(new Members.Member(user, role, limits));
        return Answer.json(row(calls.change(SHAPE, id, before -> Members.with(before, changed), exchange), List.of()));
    }

    private Answer deleteMember(Exchange exchange) {
        FieldReader fields = HolderCalls.only(exchange, exchange.json(), Set.of("team_id", "user_id"));
        String user = fields.required("user_id");
        String id = fields.required("team_id");
        if (!Members.has(calls.required(SHAPE, id).profile(), user)) {
            throw HolderCalls.notFound(HolderShape.USER, user);
        }
        return Answer.json(row(calls.change(SHAPE, id, before -> Members.without(before, user), exchange), List.of()));
    }

    private Answer info(Exchange exchange) {
        Query query = exchange.query().only(List.of("team_id"));
        Holder team = calls.required(SHAPE, query.text("team_id"));
        ObjectNode body = Json.object();
        body.put("team_id", team.id());
        body.set("team_info", row(team));
        body.set("keys", keys.rows(new KeyStore.Filter("", "", team.id(), ""), exchange));
        ArrayNode memberships = body.putArray("team_memberships");
        for (Members.Member member : Members.of(team.profile())) {
            ObjectNode row = memberships.addObject();
            row.put("user_id", member.user());
            row.put("team_id", team.id());
            row.put(
                    "spend",
                    Json.number(CostSummary.cost(
                            ledger,
                            Period.ALWAYS,
                            Map.of(Dimension.TEAM, team.id(), Dimension.USER, member.user()),
                            CostSummary.Measure.CHARGED)));
            if (member.limits().isEmpty()) {
                row.putNull("litellm_budget_table");
            } else {
                ObjectNode budget = row.putObject("litellm_budget_table");
                member.limits()
                        .forEach((name, value) ->
                                MemberFields.put(budget, name.equals(TeamMembers.BUDGET) ? "max_budget" : name, value));
            }
        }
        return Answer.json(body);
    }

    private Answer list(Exchange exchange) {
        Query query = exchange.query().only(List.of("user_id", "organization_id", "page", "page_size"));
        String user = query.text("user_id");
        String tenant = query.text("organization_id");
        List<Holder> teams = calls.holders().list(Kind.TEAM).stream()
                .filter(team -> user.isEmpty() || Members.has(team.profile(), user))
                .filter(team -> tenant.isEmpty() || team.profile().tenant().equals(tenant))
                .toList();
        return calls.list(SHAPE, teams, query);
    }

    private ObjectNode row(Holder team) {
        ObjectNode row = calls.row(SHAPE, team);
        row.withArray("members_with_roles");
        return row;
    }

    private ObjectNode row(Holder team, List<String> warnings) {
        ObjectNode row = row(team);
        row.set("warnings", KeyJson.array(warnings));
        return row;
    }
}
