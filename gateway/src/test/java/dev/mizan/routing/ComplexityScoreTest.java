package dev.mizan.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What questions score, word by word. */
class ComplexityScoreTest {
    /** The article's two examples. */
    private static final String FIRST = "İade politikanız nedir?";

    private static final String SECOND =
            "Enterprise ve business planlarımızı karşılaştır, 500 çalışanlı orta ölçekli bir"
                    + " şirket için hangisi daha iyi olur, 3 yıllık ölçeklenebilirlik ve maliyeti göz önünde bulundurarak analiz et";

    private static final ComplexityClassifier DOCUMENT = new DocumentScore(ComplexityWords.DOCUMENT);
    private static final ComplexityClassifier IMPROVED = new ImprovedScore(ComplexityWords.IMPROVED);

    @Test
    void theArticlesExamplesScoreAsItsProgramHasThem() {
        assertThat(DOCUMENT.tenths(FIRST)).isEqualTo(4);
        assertThat(DOCUMENT.tenths(SECOND)).isEqualTo(10);
        assertThat(IMPROVED.tenths(FIRST)).isEqualTo(2);
        assertThat(IMPROVED.tenths(SECOND)).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                // Factual at the start only, and only before a space.
                "ne oldu,2",
                "Nedir bu,2",
                "kim geldi,2",
                "NEREDE kaldı,2",
                "nedir,4",
                "nedir?,4",
                "ne\toldu,4",
                " ne oldu,4",
                "Bu nedir peki,4",
                // Analytical anywhere, inside of other words too; factual comes before it.
                "nasıl,6",
                "bu neden böyle,6",
                "açıklama yok,6",
                "ne neden,2",
                // Analytical and of several steps.
                "karşılaştır,9",
                "psikanaliz,9",
                "ne analiz edildi,5",
                // Of several steps alone; what is done step by step is a question as any other.
                "tasarla,7",
                "uygula,7",
                "değerlendir,7",
                "öner,7",
                "strateji,7",
                "nasıl yapılır,6",
                "adımlar,4",
                "süreç,4",
                // What was said before.
                "önceki,6",
                "daha önce,6",
                "daha  önce,4",
                "bahsettiğin,6",
                "önceki ve daha önce bahsettiğin,6",
                // Case is that of no language.
                "Önceki,6",
                "KARŞILAŞTIR,4",
                "NASIL,4",
                // Nothing at all is one word.
                "'',4",
                "How do these compare?,4"
            })
    void theDocumentsScore(String question, int tenths) {
        assertThat(DOCUMENT.tenths(question)).isEqualTo(tenths);
    }

    @ParameterizedTest
    @CsvSource({
        // Turkish, whatever its case and dots.
        "İade politikanız NEDİR?,2",
        "Mağazanız nerede acaba?,2",
        "KARŞILAŞTIR,9",
        "karsilastir misin,9",
        "NASIL olur,6",
        "Planı değerlendirin,7",
        "psikanaliz,4",
        "Daha  önce bahsettiğin,6",
        "Neredeyse bitti,4",
        // English.
        "What is your refund policy?,2",
        "Who's there,2",
        "Tell me when it opens,2",
        "whatever you like,4",
        "Why is the sky blue?,6",
        "Explaining tides,6",
        "Compare the two plans,9",
        "Please analyse this,9",
        "Design a schema,7",
        "Do it step by step.,7",
        "As mentioned above,6",
        // Arabic, with and without its signs and joined words.
        "ما هي سياسة الإرجاع؟,2",
        "متى تفتحون,2",
        "كَيْفَ أفعل هذا,6",
        "لماذا,6",
        "قارن بين الخطتين,9",
        "وقارن بينهما,9",
        "صمم قاعدة بيانات,7",
        "كما ذكرت,6",
        "أهلا,4"
    })
    void theImprovedScore(String question, int tenths) {
        assertThat(IMPROVED.tenths(question)).isEqualTo(tenths);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "9,1", "10,3", "29,3", "30,5", "31,5", "5000,5"})
    void longerQuestionsScoreMore(int words, int tenths) {
        String question = String.join(" ", Collections.nCopies(words, "xx"));

        assertThat(DOCUMENT.tenths(question)).isEqualTo(tenths + 3);
        assertThat(IMPROVED.tenths(question)).isEqualTo(tenths + 3);
        assertThat(IMPROVED.tenths("  " + question + " ?! ")).isEqualTo(tenths + 3);
    }

    @Test
    void whiteSpaceAtTheEndsIsAWordToTheDocumentAsToJavaScript() {
        String nine = "x x x x x x x x x";

        assertThat(DOCUMENT.tenths(nine)).isEqualTo(4);
        assertThat(DOCUMENT.tenths(nine + "\u00a0\n")).isEqualTo(6);
        // The next line (U+0085) is none of its white space.
        assertThat(DOCUMENT.tenths(nine + "\u0085")).isEqualTo(4);
    }

    @Test
    void wordsCanBeOthers() {
        ComplexityWords german =
                new ComplexityWords(List.of("Wer"), List.of("warum"), List.of("Vergleich"), List.of("vorhin erwähnt"));
        for (ComplexityClassifier one : List.of(new DocumentScore(german), new ImprovedScore(german))) {
            assertThat(one.tenths("wer kommt")).isEqualTo(2);
            assertThat(one.tenths("Warum ist das so")).isEqualTo(6);
            assertThat(one.tenths("vergleiche das vorhin Erwähnte")).isEqualTo(9);
            assertThat(one.tenths("nedir")).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,SIMPLE", "2,SIMPLE", "3,MEDIUM", "6,MEDIUM", "7,COMPLEX", "10,COMPLEX"})
    void thresholdsBelongToTheClassAbove(int tenths, Complexity expected) {
        assertThat(new ComplexityRule(question -> tenths, 3, 7).of("")).isEqualTo(expected);
    }

    @Test
    void thresholdsThatCanNotBeAreRefused() {
        for (int[] wrong : new int[][] {{-1, 7}, {7, 3}, {3, 11}}) {
            assertThatThrownBy(() -> new ComplexityRule(DOCUMENT, wrong[0], wrong[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
