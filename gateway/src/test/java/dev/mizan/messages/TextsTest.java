package dev.mizan.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {
    private static final Pattern PLACE = Pattern.compile("\\{[^}]*}");

    private final Texts texts = new Texts();

    @Test
    void everyLanguageHasEveryTextWithTheSamePlaces() {
        for (Language language : Language.values()) {
            assertThat(texts.names(language)).isEqualTo(texts.names(Language.ENGLISH));
            for (String name : texts.names(language)) {
                assertThat(places(language, name))
                        .as("%s in %s", name, language)
                        .isEqualTo(places(Language.ENGLISH, name));
            }
        }
    }

    private Set<String> places(Language language, String name) {
        return PLACE.matcher(texts.text(language, name))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void placesAreFilledAndValuesAreNotReadAsPlaces() {
        assertThat(texts.text(
                        Language.ENGLISH,
                        "error.value",
                        Map.of("field", "model", "value", "'{expected}'", "expected", "a name")))
                .isEqualTo("model: '{expected}' (expected: a name).");
        assertThatThrownBy(() -> texts.text(Language.ENGLISH, "error.value", Map.of("field", "model")))
                .hasMessageContaining("{value}");
        assertThatThrownBy(() -> texts.text(Language.ENGLISH, "no.such.text")).hasMessageContaining("no.such.text");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tr                          | TURKISH
            tr-TR,tr;q=0.9,en;q=0.8     | TURKISH
            en;q=0.8, ar;q=0.9          | ARABIC
            AR-eg                       | ARABIC
            de, fr;q=0.5                | ENGLISH
            de, tr;q=0.1                | TURKISH
            tr;q=0                      | ENGLISH
            *                           | ENGLISH
            ar;q=2                      | ENGLISH
            ar;q=abc, tr;q=0.1          | TURKISH
            ,,;;=                       | ENGLISH
            """)
    void theCallersPreferenceIsFollowedWhereItIsSpoken(String header, Language expected) {
        assertThat(Language.preferred(header, Language.ENGLISH)).isEqualTo(expected);
    }

    @Property
    void anyHeaderGivesALanguage(@ForAll String header) {
        assertThat(Language.preferred(header, Language.TURKISH)).isIn((Object[]) Language.values());
    }
}
