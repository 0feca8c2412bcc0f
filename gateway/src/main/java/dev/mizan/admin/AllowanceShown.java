package dev.mizan.admin;

import dev.mizan.identity.Allowance;
import dev.mizan.identity.AllowanceJson;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** An allowance in an answer: what LiteLLM's clients read is always there, and {@code null} where it is not set. */
final class AllowanceShown {
    private static final List<String> ALWAYS = List.of(
            "max_budget",
            "soft_budget",
            "budget_duration",
            "rpm_limit",
            "tpm_limit",
            "max_parallel_requests",
            "budget_id");

    private AllowanceShown() {}

    static ObjectNode of(Allowance allowance) {
        ObjectNode shown = Json.object();
        ALWAYS.forEach(shown::putNull);
        shown.setAll(AllowanceJson.write(allowance));
        return shown;
    }
}
