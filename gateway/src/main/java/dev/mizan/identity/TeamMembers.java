package dev.mizan.identity;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What users may use for one team, as it is kept with the team: for every user what is set of them as a member, and
 * where that says nothing, what is set of all. Immutable; safe for use by many threads.
 */
public final class TeamMembers {
    /** The field of a team's details that lists its members. */
    public static final String MEMBERS = "members_with_roles";

    /** The field of a member's budget, which every user of the team has as {@code team_member_budget}. */
    public static final String BUDGET = "max_budget_in_team";

    private static final String OF_ALL = "team_member_";
    private static final List<String> RATES = List.of("rpm_limit", "tpm_limit");
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Map<String, Allowance> members = new HashMap<>();
    private final Allowance others;

    private TeamMembers(JsonNode details) {
        for (JsonNode member : details.path(MEMBERS)) {
            members.put(member.path("user_id").asString(""), allowance(member, details));
        }
        others = allowance(MAPPER.createObjectNode(), details);
    }

    /** Reads {@code details} of a team. */
    public static TeamMembers read(String details) {
        return new TeamMembers(MAPPER.readTree(details));
    }

    private static Allowance allowance(JsonNode member, JsonNode team) {
        ObjectNode allowance = MAPPER.createObjectNode();
        set(allowance, "max_budget", member.path(BUDGET), team.path(OF_ALL + "budget"));
        set(allowance, "budget_duration", member.path("budget_duration"), team.path(OF_ALL + "budget_duration"));
        for (String rate : RATES) {
            set(allowance, rate, member.path(rate), team.path(OF_ALL + rate));
        }
        return allowance.isEmpty() ? Allowance.NONE : AllowanceJson.read(allowance.toString());
    }

    private static void set(ObjectNode allowance, String name, JsonNode own, JsonNode ofAll) {
        JsonNode value = own.isMissingNode() || own.isNull() ? ofAll : own;
        if (!value.isMissingNode() && !value.isNull()) {
            allowance.set(name, value);
        }
    }

    /** What {@code user} may use for the team. */
    public Allowance of(String user) {
        return members.getOrDefault(user, others);
    }
}
