package dev.mizan.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * Puts environment variables into a text: <code>${NAME}</code> and <code>${NAME:-default}</code>, the default also
 * where the variable is empty; <code>$${</code> stands for <code>${</code> itself. Not nested.
 */
final class Substitution {
    private final Function<String, Optional<String>> environment;

    Substitution(Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    /** Whether {@code text} has anything to replace. */
    static boolean isNeeded(String text) {
        return text.contains("${");
    }

    /**
     * {@code text} with its variables replaced.
     *
     * @throws IllegalArgumentException whose message says which variable is not set or what is malformed
     */
    String apply(String text) {
        StringBuilder result = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int start = text.indexOf("${", at);
            if (start < 0) {
                break;
            }
            if (start > at && text.charAt(start - 1) == '$') {
                result.append(text, at, start - 1).append("${");
                at = start + 2;
                continue;
            }
            int end = text.indexOf('}', start);
            if (end < 0) {
                throw new IllegalArgumentException("'" + text + "' has no closing brace (expected: ${NAME} or"
                        + " ${NAME:-default}; write $${ for a plain ${)");
            }
            result.append(text, at, start).append(value(text.substring(start + 2, end)));
            at = end + 1;
        }
        return result.append(text, at, text.length()).toString();
    }

    private String value(String expression) {
        int separator = expression.indexOf(":-");
        String name = separator < 0 ? expression : expression.substring(0, separator);
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "'${" + expression + "}' names no variable (expected: ${NAME} or ${NAME:-default})");
        }
        Optional<String> value = environment.apply(name);
        if (separator >= 0) {
            return value.filter(text -> !text.isEmpty()).orElse(expression.substring(separator + 2));
        }
        return value.orElseThrow(() -> new IllegalArgumentException("the environment variable " + name
                + " is not set (expected: set it, or write ${" + name + ":-default})"));
    }
}
