package dev.mizan.litellm;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of the file that is imported. It remembers what was asked for, so that {@link #end} can name all the rest:
 * nothing is lost in silence. Not safe for use by many threads.
 */
final class Section {
    private static final Pattern VARIABLE = Pattern.compile("os\\.environ/([A-Za-z_][A-Za-z0-9_]*)");

    private final String path;
    private final Map<?, ?> values;
    private final List<Remark> remarks;
    private final Set<String> asked = new HashSet<>();

    /** @param path its place in the file; empty for the whole */
    Section(String path, @Nullable Object value, List<Remark> remarks) {
        this.path = path;
        this.remarks = remarks;
        if (value instanceof Map<?, ?> map) {
            this.values = map;
        } else {
            this.values = Map.of();
            if (!isEmpty(value)) {
                remarks.add(new Remark(path, Remark.Kind.LEFT, "is no mapping (expected: names with values)"));
            }
        }
    }

    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        values.keySet().forEach(name -> names.add(String.valueOf(name)));
        return names;
    }

    /** Where {@code name} is in the file. */
    String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Whether {@code name} has a value. */
    boolean has(String name) {
        return !isEmpty(values.get(name));
    }

    /** A text as it stands in Mizan's configuration: {@code os.environ/NAME} as <code>${NAME}</code>. */
    Optional<String> text(String name) {
        asked.add(name);
        Object value = values.get(name);
        if (isEmpty(value)) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(mizan(text));
        }
        left(name, "is no text");
        return Optional.empty();
    }

    boolean flag(String name) {
        return text(name)
                .filter(value -> value.equalsIgnoreCase("true") || value.equals("yes") || value.equals("on"))
                .isPresent();
    }

    /** A number of 0 or more, exactly as written; one that is none is left. */
    Optional<BigDecimal> number(String name) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            BigDecimal number = new BigDecimal(text.get().replace("_", ""));
            if (number.signum() >= 0 && number.precision() - number.scale() < 19 && number.scale() < 40) {
                return Optional.of(number);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        left(name, "is no number of 0 or more that can be written here");
        return Optional.empty();
    }

    /** A whole number of 0 or more; one that is none is left. */
    Optional<Long> whole(String name) {
        Optional<BigDecimal> number = number(name);
        if (number.isPresent() && number.get().stripTrailingZeros().scale() > 0) {
            left(name, "is no whole number");
            return Optional.empty();
        }
        return number.map(BigDecimal::longValue);
    }

    Section group(String name) {
        asked.add(name);
        return new Section(at(name), values.get(name), remarks);
    }

    /** The mappings in a list. */
    List<Section> list(String name) {
        asked.add(name);
        List<Section> sections = new ArrayList<>();
        if (values.get(name) instanceof List<?> items) {
            for (int i = 0; i < items.size(); i++) {
                sections.add(new Section(at(name) + "[" + i + "]", items.get(i), remarks));
            }
        } else if (has(name)) {
            left(name, "is no list");
        }
        return sections;
    }

    /** The texts in a list, or the one text that stands for a list of one. */
    List<String> texts(String name) {
        asked.add(name);
        if (values.get(name) instanceof List<?> items) {
            return items.stream()
                    .filter(String.class::isInstance)
                    .map(item -> mizan((String) item))
                    .toList();
        }
        return text(name).map(List::of).orElse(List.of());
    }

    /** Lists of names by name, as {@code [{a: [b, c]}]} or {@code {a: [b, c]}}. */
    Map<String, List<String>> listsByName(String name) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        List<Section> sections = values.get(name) instanceof List<?> ? list(name) : List.of(group(name));
        for (Section section : sections) {
            section.names().forEach(key -> lists.put(key, section.texts(key)));
        }
        return lists;
    }

    /** Says that {@code name} was not carried over. */
    void left(String name, String why) {
        asked.add(name);
        remarks.add(new Remark(at(name), Remark.Kind.LEFT, why));
    }

    /** Says that {@code name} was carried over and is not quite the same. */
    void differs(String name, String how) {
        remarks.add(new Remark(at(name), Remark.Kind.DIFFERS, how));
    }

    /** Nothing need be said of these. */
    void pass(String... names) {
        asked.addAll(List.of(names));
    }

    /** Names whatever was not asked for. */
    void end() {
        for (String name : names()) {
            if (!asked.contains(name) && has(name)) {
                left(name, "has no counterpart in Mizan");
            }
        }
    }

    private static String mizan(String text) {
        Matcher variable = VARIABLE.matcher(text);
        return variable.matches() ? "${" + variable.group(1) + "}" : text.replace("${", "$${");
    }

    private static boolean isEmpty(@Nullable Object value) {
        return value == null
                || (value instanceof String text && (text.isBlank() || text.equals("null") || text.equals("~")))
                || (value instanceof List<?> list && list.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
    }
}
