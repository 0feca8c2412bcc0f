package dev.mizan.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of every question. */
class ComplexityPropertyTest {
    private static final ComplexityClassifier DOCUMENT = new DocumentScore(ComplexityWords.DOCUMENT);
    private static final ComplexityClassifier IMPROVED = new ImprovedScore(ComplexityWords.IMPROVED);
    private static final List<ComplexityClassifier> BOTH = List.of(DOCUMENT, IMPROVED);

    /** JavaScript's {@code \s}. */
    private static final Pattern SPACE =
            Pattern.compile("[\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]+");

    @Property
    void theScoreIsWithinItsBounds(@ForAll String anything, @ForAll("questions") String question) {
        for (ComplexityClassifier one : BOTH) {
            assertThat(one.tenths(anything)).isBetween(2, 10);
            assertThat(one.tenths(question)).isBetween(2, 10);
        }
    }

    /** The same as the article's program, written as it is there. */
    @Property
    void theDocumentsScoreIsItsPrograms(@ForAll("questions") String question) {
        assertThat(DOCUMENT.tenths(question)).isEqualTo(program(question));
    }

    @Property
    void moreWordsNeverScoreLess(@ForAll("questions") String question, @ForAll("fillers") String filler) {
        for (ComplexityClassifier one : BOTH) {
            assertThat(one.tenths(question + " " + filler)).isGreaterThanOrEqualTo(one.tenths(question + " x"));
        }
    }

    @Property
    void stepsAndReferencesNeverScoreLess(@ForAll("questions") String question) {
        for (ComplexityClassifier one : BOTH) {
            int plain = one.tenths(question + " x");
            assertThat(one.tenths(question + " tasarla")).isGreaterThanOrEqualTo(plain);
            assertThat(one.tenths(question + " önceki")).isGreaterThanOrEqualTo(plain);
        }
    }

    @Property
    void caseAndMarksMakeNoDifferenceToTheImprovedScore(@ForAll("questions") String question) {
        String marked = question.replace("?", "?!…").replace(" ", "  ");

        assertThat(IMPROVED.tenths(marked)).isEqualTo(IMPROVED.tenths(question));
        assertThat(IMPROVED.tenths(question.toUpperCase(Locale.forLanguageTag("tr"))))
                .isEqualTo(IMPROVED.tenths(question));
    }

    @Provide
    Arbitrary<String> questions() {
        Arbitrary<String> words = Arbitraries.of(
                "ne",
                "nedir",
                "kim",
                "nerede",
                "nasıl",
                "neden",
                "açıkla",
                "karşılaştır",
                "analiz",
                "tasarla",
                "uygula",
                "önceki",
                "daha",
                "önce",
                "bahsettiğin",
                "iade",
                "İade",
                "para",
                "x",
                "what",
                "why",
                "design",
                "قارن",
                "ما",
                "?",
                "adımlar",
                "süreç");
        Arbitrary<String> spaces = Arbitraries.of(" ", " ", " ", "  ", "\n", "\u00a0");
        return Combinators.combine(words, spaces)
                .as((word, space) -> word + space)
                .list()
                .ofMaxSize(40)
                .map(all -> String.join("", all));
    }

    @Provide
    Arbitrary<String> fillers() {
        return Arbitraries.of("x", "y", "zz").list().ofMinSize(1).ofMaxSize(40).map(all -> String.join(" ", all));
    }

    private static int program(String query) {
        int wordCount = SPACE.split(query, -1).length;
        String lower = query.toLowerCase(Locale.ROOT);
        int score = wordCount < 10 ? 1 : wordCount < 30 ? 3 : 5;
        if (Pattern.compile("^(ne|nedir|kim|nerede) ").matcher(lower).find()) {
            score += 1;
        } else if (Pattern.compile("(nasıl|neden|açıkla|karşılaştır|analiz)")
                .matcher(lower)
                .find()) {
            score += 5;
        } else {
            score += 3;
        }
        if (Pattern.compile("karşılaştır|analiz|tasarla|uygula|değerlendir|öner|strateji")
                .matcher(lower)
                .find()) {
            score += 3;
        }
        if (lower.contains("önceki") || lower.contains("daha önce") || lower.contains("bahsettiğ")) {
            score += 2;
        }
        return Math.min(10, score);
    }
}
