package dev.mizan.operation;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A prompt in which {@code {name}} stands for a field. Other braces are text. Immutable; safe for many threads. */
final class Template {
    private static final Pattern FIELD = Pattern.compile("\\{([a-z][a-z0-9_]{0,63})}");

    private final String text;
    private final Set<String> fields = new TreeSet<>();

    Template(String text) {
        this.text = text;
        Matcher matcher = FIELD.matcher(text);
        while (matcher.find()) {
            fields.add(matcher.group(1));
        }
    }

    /** The fields that it names. */
    Set<String> fields() {
        return fields;
    }

    /** The text with {@code values} in it; every field has one. What is put in is not looked at again. */
    String filled(Map<String, String> values) {
        StringBuilder filled = new StringBuilder();
        Matcher matcher = FIELD.matcher(text);
        int at = 0;
        while (matcher.find()) {
            filled.append(text, at, matcher.start()).append(values.getOrDefault(matcher.group(1), ""));
            at = matcher.end();
        }
        return filled.append(text, at, text.length()).toString();
    }
}
