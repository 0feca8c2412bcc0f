package dev.mizan.messages;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;

/**
 * Mizan's own texts in every language, read from {@code messages/LANGUAGE.properties} on the class path. Immutable and
 * safe for use by many threads.
 *
 * <p>A text may have places to fill in: {@code {name}}.
 */
public final class Texts {
    private final Map<Language, Properties> byLanguage = new EnumMap<>(Language.class);

    /** Reads the texts. */
    public Texts() {
        for (Language language : Language.values()) {
            byLanguage.put(language, read("/messages/" + language.tag() + ".properties"));
        }
    }

    /**
     * The text called {@code name}.
     *
     * @throws IllegalArgumentException if there is no such text
     */
    public String text(Language language, String name) {
        String text = properties(language).getProperty(name);
        if (text == null) {
            throw new IllegalArgumentException(name + ": no such text in " + language.tag());
        }
        return text;
    }

    /** The text called {@code name}, with {@code {key}} replaced by the value of {@code key}. */
    public String text(Language language, String name, Map<String, String> values) {
        String text = text(language, name);
        StringBuilder filled = new StringBuilder();
        int from = 0;
        int open = text.indexOf('{');
        while (open >= 0) {
            int close = text.indexOf('}', open);
            String key = close < 0 ? "" : text.substring(open + 1, close);
            String value = values.get(key);
            if (value == null) {
                throw new IllegalArgumentException(name + ": {" + key + "} has no value");
            }
            filled.append(text, from, open).append(value);
            from = close + 1;
            open = text.indexOf('{', from);
        }
        return filled.append(text, from, text.length()).toString();
    }

    /** The names of all texts in {@code language}. */
    public Set<String> names(Language language) {
        return properties(language).stringPropertyNames();
    }

    private Properties properties(Language language) {
        return Objects.requireNonNull(byLanguage.get(language));
    }

    private static Properties read(String resource) {
        Properties properties = new Properties();
        try (InputStreamReader reader = new InputStreamReader(
                Objects.requireNonNull(Texts.class.getResourceAsStream(resource), resource), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + ": " + e.getMessage(), e);
        }
        return properties;
    }
}
