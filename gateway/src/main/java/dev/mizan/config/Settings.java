package dev.mizan.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import tools.jackson.databind.JsonNode;

/**
 * A group of settings of a checked file: reads them with their defaults, and collects what the schema can't see
 * ({@link #refuse}), so that an operator is told everything at once. Not safe for use by many threads.
 */
public final class Settings {
    private final YamlDocument document;
    private final List<Problem> problems;
    private final String pointer;
    private final JsonNode node;

    private Settings(YamlDocument document, List<Problem> problems, String pointer, JsonNode node) {
        this.document = document;
        this.problems = problems;
        this.pointer = pointer;
        this.node = node;
    }

    /**
     * The settings in {@code text}, checked against {@code schema}.
     *
     * @param file its name, for messages
     * @param schema a JSON Schema of draft 2020-12
     * @param environment the value of an environment variable
     * @throws ConfigurationException with everything that is wrong
     */
    public static Settings read(
            String file, String text, String schema, Function<String, Optional<String>> environment) {
        YamlDocument document = YamlDocument.parse(file, text, environment);
        List<Problem> problems = new SchemaCheck(schema).check(document);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Settings(document, new ArrayList<>(), "", document.root());
    }

    /** Throws {@link ConfigurationException} if anything of this file was refused. */
    public void finish() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** Says that the setting {@code name} of this group can't be; {@code ""} for the group itself. */
    public void refuse(String name, String message) {
        problems.add(document.problem(name.isEmpty() ? pointer : YamlDocument.child(pointer, name), message));
    }

    /** Whether {@code name} is set. */
    public boolean has(String name) {
        return node.has(name);
    }

    /** The group {@code name}; an empty one if it is not set. */
    public Settings group(String name) {
        return new Settings(document, problems, YamlDocument.child(pointer, name), node.path(name));
    }

    /** The groups of this group by name, in the file's order. */
    public Map<String, Settings> groups() {
        Map<String, Settings> groups = new LinkedHashMap<>();
        for (String name : node.propertyNames()) {
            groups.put(name, group(name));
        }
        return groups;
    }

    /** The items of the list {@code name}; none if it is not set. */
    public List<Settings> list(String name) {
        return group(name).items();
    }

    /** The items of this, if it is a list. */
    public List<Settings> items() {
        List<Settings> items = new ArrayList<>();
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                items.add(new Settings(
                        document, problems, YamlDocument.child(pointer, Integer.toString(i)), node.path(i)));
            }
        }
        return items;
    }

    /** This itself as a text, if it is not a group. */
    public Optional<String> asText() {
        return node.isValueNode() ? Optional.of(node.asString()) : Optional.empty();
    }

    /** Whether this is a list. */
    public boolean isList() {
        return node.isArray();
    }

    public String text(String name, String byDefault) {
        return has(name) ? node.path(name).asString() : byDefault;
    }

    /** The texts of the list {@code name}. */
    public List<String> texts(String name) {
        return list(name).stream().map(item -> item.asText().orElse("")).toList();
    }

    public int integer(String name, int byDefault) {
        return has(name) ? node.path(name).asInt() : byDefault;
    }

    public boolean flag(String name, boolean byDefault) {
        return has(name) ? node.path(name).asBoolean() : byDefault;
    }

    /** The number {@code name}, exactly as written. */
    public Optional<BigDecimal> number(String name) {
        return has(name) ? Optional.of(node.path(name).decimalValue()) : Optional.empty();
    }

    /** The duration {@code name}, refused unless it is from {@code min} to {@code max}. */
    public Duration duration(String name, Duration byDefault, Duration min, Duration max) {
        if (!has(name)) {
            return byDefault;
        }
        String text = node.path(name).asString();
        Optional<Duration> duration = Scalars.duration(text);
        if (duration.isEmpty()
                || duration.get().compareTo(min) < 0
                || duration.get().compareTo(max) > 0) {
            refuse(name, "'" + text + "' (expected: " + words(min) + " to " + words(max) + ")");
            return byDefault;
        }
        return duration.get();
    }

    /** The size {@code name} in bytes, refused unless it is from {@code min} to {@code max}. */
    public long bytes(String name, long byDefault, long min, long max) {
        if (!has(name)) {
            return byDefault;
        }
        String text = node.path(name).asString();
        Optional<Long> bytes = Scalars.bytes(text);
        if (bytes.isEmpty() || bytes.get() < min || bytes.get() > max) {
            LongFunction<String> words = size -> size % 1_000_000_000 == 0
                    ? size / 1_000_000_000 + "GB"
                    : size % 1_000_000 == 0 ? size / 1_000_000 + "MB" : size / 1_000 + "kB";
            refuse(name, "'" + text + "' (expected: " + words.apply(min) + " to " + words.apply(max) + ")");
            return byDefault;
        }
        return bytes.get();
    }

    private static String words(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
