package dev.mizan.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields that LiteLLM's management calls know. Those that a call here does not act on are checked for their type,
 * kept, shown, and named in the answer's {@code warnings}; unknown ones are refused.
 */
final class LitellmFields {
    private static final Map<String, FieldType> KNOWN = known();

    /** Accepted, and neither kept nor shown. */
    private static final Set<String> DROPPED = Set.of("password");

    private final ObjectNode json;
    private final Set<String> acted;

    /**
     * Checks the names of all fields, and the types of those that are not acted on.
     *
     * @param acted fields that the call acts on
     */
    LitellmFields(ObjectNode json, Set<String> acted) {
        this.json = json;
        this.acted = Set.copyOf(acted);
        for (String name : json.propertyNames()) {
            if (!acted.contains(name)) {
                FieldType type = KNOWN.get(name);
                if (type == null) {
                    throw Problem.unknownField(
                            name, String.join(", ", new TreeSet<>(acted)) + ", or another of LiteLLM's");
                }
                type.check(name, json.path(name));
            }
        }
    }

    private static Map<String, FieldType> known() {
        Map<String, FieldType> known = new TreeMap<>();
        Map.of(
                        FieldType.TEXT,
                        "agent_id allowed_model_region budget_duration budget_id budget_reset_at default_model"
                                + " key_type password project_id rotation_interval rpm_limit_type sso_user_id"
                                + " team_member_budget_duration team_member_key_duration temp_budget_expiry"
                                + " tpm_limit_type user_email user_role",
                        FieldType.NUMBER,
                        "max_budget max_budget_in_team soft_budget spend team_member_budget temp_budget_increase",
                        FieldType.WHOLE,
                        "max_parallel_requests max_requests_per_day max_requests_per_hour max_requests_per_minute"
                                + " max_requests_per_month max_tokens_per_day max_tokens_per_hour"
                                + " max_tokens_per_minute max_tokens_per_month rpm_limit tpm_limit"
                                + " team_member_rpm_limit team_member_tpm_limit",
                        FieldType.FLAG,
                        "auto_create_key auto_rotate blocked send_invite_email",
                        FieldType.LIST,
                        "access_group_ids admins allowed_cache_controls allowed_passthrough_routes allowed_routes"
                                + " allowed_vector_store_indexes budget_limits enforced_params guardrails members"
                                + " models organizations policies prompts tags team_member_permissions",
                        FieldType.OBJECT,
                        "aliases budget_fallbacks config enforced_batch_output_expires_after"
                                + " enforced_file_expires_after metadata model_aliases model_max_budget"
                                + " model_rpm_limit model_tpm_limit object_permission permissions router_settings")
                .forEach((type, names) -> {
                    for (String name : names.split(" ", -1)) {
                        known.put(name, type);
                    }
                });
        return known;
    }

    /** What is said about fields that are not acted on. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (String name : new TreeSet<>(json.propertyNames())) {
            if (!acted.contains(name) && json.hasNonNull(name)) {
                warnings.add(
                        DROPPED.contains(name)
                                ? name + ": not stored, nothing is done with it"
                                : name + ": stored, but not acted on by this version");
            }
        }
        return warnings;
    }

    /** {@code old}, the text of a JSON object, with the fields that are not acted on. */
    ObjectNode keep(String old) {
        ObjectNode kept = (ObjectNode) Json.read(old);
        for (String name : json.propertyNames()) {
            JsonNode value = json.path(name);
            if (acted.contains(name) || DROPPED.contains(name)) {
                continue;
            }
            if (value.isNull()) {
                kept.remove(name);
            } else {
                kept.set(name, value);
            }
        }
        return kept;
    }
}
