package dev.mizan.translation.model;

/**
 * How much a model shall think before it answers.
 *
 * @param effort {@code minimal}, {@code low}, {@code medium}, {@code high}, {@code xhigh} or {@code max}; empty if not
 *     said
 * @param budgetTokens how many tokens it may think; -1 if not said
 * @param isShown whether the caller wants to read what it thought
 */
public record Reasoning(Kind kind, String effort, long budgetTokens, boolean isShown) {
    public static final Reasoning UNSET = new Reasoning(Kind.UNSET, "", -1, false);
    public static final Reasoning OFF = new Reasoning(Kind.OFF, "", -1, false);

    private static final long LOW_TOKENS = 1_024;
    private static final long MEDIUM_TOKENS = 8_192;
    private static final long HIGH_TOKENS = 24_576;

    /** Whether to think. */
    public enum Kind {
        /** As the provider does it. */
        UNSET,
        OFF,
        ON
    }

    /**
     * The budget, or the one that stands for the effort as Google's compatibility layer has it
     * (<a href="https://ai.google.dev/gemini-api/docs/openai">OpenAI compatibility</a>); -1 if neither was said.
     */
    public long tokens() {
        return budgetTokens >= 0
                ? budgetTokens
                : switch (effort) {
                    case "" -> -1;
                    case "minimal", "low" -> LOW_TOKENS;
                    case "medium" -> MEDIUM_TOKENS;
                    default -> HIGH_TOKENS;
                };
    }

    /** The effort, or the one that stands for the budget; empty if neither was said. */
    public String level() {
        if (!effort.isEmpty() || budgetTokens < 0) {
            return effort;
        }
        return budgetTokens <= LOW_TOKENS * 2 ? "low" : budgetTokens <= MEDIUM_TOKENS ? "medium" : "high";
    }
}
