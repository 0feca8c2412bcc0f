package dev.mizan.routing;

import java.util.List;
import java.util.Locale;

/**
 * The score of the source article, exactly as its program computes it, in tenths instead of binary fractions: 1, 3 or 5
 * for fewer than 10, fewer than 30 and more words; 1 for a question that begins with a factual word and a space, else 5
 * for one with an analytical word anywhere, else 3; 3 more with a word of several steps, 2 more with one that refers to
 * what was said before. Its pattern for procedures scores as every other question, so that it is not looked for.
 *
 * <p>Its words are found inside of others too, and case is that of no language: {@code KARŞILAŞTIR} is not found.
 */
public final class DocumentScore implements ComplexityClassifier {
    private final List<String> factual;
    private final List<String> analytical;
    private final List<String> multiStep;
    private final List<String> context;

    public DocumentScore(ComplexityWords words) {
        this.factual = words.factual().stream()
                .map(word -> word.toLowerCase(Locale.ROOT) + " ")
                .toList();
        this.analytical = lower(words.analytical());
        this.multiStep = lower(words.multiStep());
        this.context = lower(words.context());
    }

    @Override
    public int tenths(String question) {
        String lower = question.toLowerCase(Locale.ROOT);
        int tenths = ofLength(pieces(question));
        if (factual.stream().anyMatch(lower::startsWith)) {
            tenths += 1;
        } else {
            tenths += contains(lower, analytical) ? 5 : 3;
        }
        tenths += contains(lower, multiStep) ? 3 : 0;
        tenths += contains(lower, context) ? 2 : 0;
        return Math.min(TENTHS_MAX, tenths);
    }

    /** What the length alone scores. */
    static int ofLength(int words) {
        if (words < 10) {
            return 1;
        }
        return words < 30 ? 3 : 5;
    }

    /** How many pieces JavaScript's {@code split(/\s+/)} makes: white space at an end counts as one more word. */
    private static int pieces(String text) {
        int pieces = 1;
        boolean inSpace = false;
        for (int i = 0; i < text.length(); i++) {
            boolean space = isSpace(text.charAt(i));
            if (space && !inSpace) {
                pieces++;
            }
            inSpace = space;
        }
        return pieces;
    }

    /** JavaScript's {@code \s} (<a href="https://tc39.es/ecma262/#prod-WhiteSpace">ECMA-262, WhiteSpace</a>). */
    private static boolean isSpace(char one) {
        return (one >= '\t' && one <= '\r')
                || one == '\u2028'
                || one == '\u2029'
                || one == '\ufeff'
                || Character.getType(one) == Character.SPACE_SEPARATOR;
    }

    private static boolean contains(String text, List<String> words) {
        return words.stream().anyMatch(text::contains);
    }

    private static List<String> lower(List<String> words) {
        return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    }
}
