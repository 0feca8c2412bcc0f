package dev.mizan.admin;

import dev.mizan.identity.Holder.Profile;
import dev.mizan.identity.Quota;
import dev.mizan.identity.TeamMembers;
import dev.mizan.money.NanoUsd;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields that say what members of a team may use for it, by LiteLLM's names. */
final class MemberFields {
    /** Of all members, in a team's own fields. */
    static final Set<String> OF_TEAM = Set.of(
            "team_member_budget", "team_member_budget_duration", "team_member_rpm_limit", "team_member_tpm_limit");

    /** Of one member. */
    static final Set<String> OF_MEMBER = Set.of(TeamMembers.BUDGET, "budget_duration", "rpm_limit", "tpm_limit");

    private MemberFields() {}

    /** {@code team} with what {@code json} says of all its members. */
    static Profile keep(Profile team, JsonNode json) {
        ObjectNode details = (ObjectNode) Json.read(team.details());
        keep(OF_TEAM, json, details);
        return team.withDetails(details.toString());
    }

    /** What {@code json} says of one member; a field that is {@code null} is cleared. */
    static Map<String, JsonNode> ofMember(JsonNode json) {
        Map<String, JsonNode> said = new LinkedHashMap<>();
        for (String name : OF_MEMBER) {
            if (json.has(name)) {
                said.put(name, checked(name, json.path(name)));
            }
        }
        return said;
    }

    private static void keep(Set<String> names, JsonNode json, ObjectNode into) {
        for (String name : names) {
            if (json.has(name)) {
                put(into, name, checked(name, json.path(name)));
            }
        }
    }

    /** Puts {@code value}, or takes the field away if that is {@code null}. */
    static void put(ObjectNode into, String name, JsonNode value) {
        if (value.isNull()) {
            into.remove(name);
        } else {
            into.set(name, value);
        }
    }

    private static JsonNode checked(String name, JsonNode value) {
        if (value.isNull()) {
            return value;
        }
        ObjectNode one = Json.object();
        if (name.endsWith("budget_duration")) {
            if (!value.isString()) {
                throw Problem.value(name, value.toString(), "a duration like 30s, 12h, 30d, or day, week, month");
            }
            return one.put(name, AllowanceFields.duration(name, value.stringValue()))
                    .path(name);
        }
        Quota quota = name.endsWith("rpm_limit")
                ? Quota.RPM_LIMIT
                : name.endsWith("tpm_limit") ? Quota.TPM_LIMIT : Quota.MAX_BUDGET;
        long amount = AllowanceFields.amount(name, quota, value);
        return quota.isMoney()
                ? one.put(name, NanoUsd.ofNanos(amount).usd()).path(name)
                : one.put(name, amount).path(name);
    }
}
