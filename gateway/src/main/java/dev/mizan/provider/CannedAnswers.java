package dev.mizan.provider;

import java.util.List;

/**
 * What a provider of kind {@code rules} answers: the first rule that is found in the last thing the user said, else one
 * answer for all the rest. Such answers use no tokens and cost nothing.
 *
 * @param rules in their order
 * @param otherwise where none matches
 */
public record CannedAnswers(List<Rule> rules, String otherwise) {
    /** No rules at all. */
    public static final CannedAnswers NONE = new CannedAnswers(List.of(), "");

    public CannedAnswers {
        rules = List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @param match a regular expression of {@link java.util.regex.Pattern}, found anywhere in the text
     * @param answer what is answered then
     */
    public record Rule(String match, String answer) {}
}
