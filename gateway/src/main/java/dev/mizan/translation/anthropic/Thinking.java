package dev.mizan.translation.anthropic;

import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.Reasoning;
import dev.mizan.translation.model.Setting;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * How Claude is told to think. Models up to the 4.5 generation take a budget of tokens; later ones think as much as
 * they find needful and take an effort, and refuse a budget
 * (<a href="https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking">adaptive thinking</a>).
 */
public final class Thinking {
    private static final long BUDGET_MIN = 1_024;
    private static final Pattern BUDGETED = Pattern.compile(
            "claude-3|claude-(opus|sonnet|haiku)-4(-[015](?!\\d)|[-@]20\\d{6}|$|@|-v|:)|claude-instant");

    private Thinking() {}

    /**
     * Writes what {@code reasoning} asks for.
     *
     * @param limit the limit of output tokens, which thinking counts towards
     * @param body takes {@code thinking} and {@code output_config.effort}
     */
    public static void write(Reasoning reasoning, String model, long limit, ObjectNode body, Losses losses) {
        if (reasoning.kind() != Reasoning.Kind.ON) {
            return;
        }
        if (!BUDGETED.matcher(model).find()) {
            body.putObject("thinking").put("type", "adaptive");
            String effort = reasoning.level();
            if (!effort.isEmpty()) {
                ObjectNode config =
                        body.get("output_config") instanceof ObjectNode there ? there : body.putObject("output_config");
                config.put("effort", effort.equals("minimal") ? "low" : effort);
            }
            return;
        }
        long wanted = reasoning.tokens() < 0 ? BUDGET_MIN : reasoning.tokens();
        // A budget that the caller counted himself is his; one that stands for an effort leaves room for the answer.
        long budget = reasoning.budgetTokens() >= 0 ? wanted : Math.min(wanted, limit / 2);
        if (budget < BUDGET_MIN && reasoning.budgetTokens() < 0) {
            losses.cannot(Setting.REASONING);
            return;
        }
        body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
    }
}
