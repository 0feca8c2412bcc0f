package dev.mizan.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's texts: the same ones in each language, with the same places to fill in. */
final class MessagesTest {
    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

    /** Keys in the page's code: the first argument of {@code text}. */
    private static final Pattern USE = Pattern.compile("text\\('([a-z.]+)'");

    private static final Set<String> SCRIPTS = Set.of(
            "app", "bars", "calls", "cards", "copyable", "explanation", "models", "overview", "receipt", "sign-in");

    @ParameterizedTest
    @ValueSource(strings = {"tr", "ar"})
    void haveTheSameKeysAndPlacesAsEnglish(String language) throws IOException {
        JsonObject english = texts("en");
        JsonObject other = texts(language);

        assertThat(other.fieldNames()).isEqualTo(english.fieldNames());
        for (String key : english.fieldNames()) {
            assertThat(places(other.getValue(key)))
                    .as("places of %s in %s", key, language)
                    .isEqualTo(places(english.getValue(key)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "tr", "ar"})
    void haveEveryTextThatThePageAsksFor(String language) throws IOException {
        Set<String> known = texts(language).fieldNames();

        for (String script : SCRIPTS) {
            Matcher use = USE.matcher(resource(script + ".js"));
            while (use.find()) {
                assertThat(known).as(script + ".js").contains(use.group(1));
            }
        }
    }

    @Test
    void nameEveryUnit() throws IOException {
        Set<String> known = texts("en").fieldNames();

        for (var unit : dev.mizan.usage.Unit.values()) {
            assertThat(known).contains("unit." + unit.label());
        }
    }

    /** The places of a text; of a text with plural forms those of the general form. */
    private static Set<String> places(Object text) {
        String general = text instanceof JsonObject forms ? forms.getString("other") : text.toString();
        Set<String> places = new TreeSet<>();
        Matcher place = PLACE.matcher(general);
        while (place.find()) {
            places.add(place.group(1));
        }
        return places;
    }

    private static JsonObject texts(String language) throws IOException {
        return new JsonObject(resource("messages." + language + ".json"));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = MessagesTest.class.getResourceAsStream("/ui/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
