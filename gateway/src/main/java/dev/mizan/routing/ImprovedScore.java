package dev.mizan.routing;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The article's score with its mistakes mended: words are looked for as words, wherever they stand. Factual ones are
 * whole; the others are beginnings, so that {@code karşılaştırır} and {@code comparing} are found too. A question with
 * both a factual and an analytical word is analytical. Case, accents, the dots of Turkish and the vowel signs of Arabic
 * make no difference, and only words are counted.
 */
public final class ImprovedScore implements ComplexityClassifier {
    private final List<String> factual;
    private final List<String> analytical;
    private final List<String> multiStep;
    private final List<String> context;

    public ImprovedScore(ComplexityWords words) {
        this.factual = wanted(words.factual(), " ");
        this.analytical = wanted(words.analytical(), "");
        this.multiStep = wanted(words.multiStep(), "");
        this.context = wanted(words.context(), "");
    }

    @Override
    public int tenths(String question) {
        String text = folded(question);
        int tenths = DocumentScore.ofLength(words(text));
        if (contains(text, analytical)) {
            tenths += 5;
        } else {
            tenths += contains(text, factual) ? 1 : 3;
        }
        tenths += contains(text, multiStep) ? 3 : 0;
        tenths += contains(text, context) ? 2 : 0;
        return Math.min(TENTHS_MAX, tenths);
    }

    /** The words as they are looked for: behind a space, and in Arabic behind "and" and "so" too, which join a word. */
    private static List<String> wanted(List<String> words, String after) {
        List<String> wanted = new ArrayList<>();
        for (String word : words) {
            String folded = folded(word).strip();
            if (folded.isEmpty()) {
                continue;
            }
            wanted.add(" " + folded + after);
            if (Character.UnicodeScript.of(folded.charAt(0)) == Character.UnicodeScript.ARABIC) {
                wanted.add(" و" + folded + after);
                wanted.add(" ف" + folded + after);
            }
        }
        return List.copyOf(wanted);
    }

    /** Letters and digits in one case and without marks, one space around each word. */
    private static String folded(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        StringBuilder folded = new StringBuilder(plain.length() + 2).append(' ');
        for (int i = 0; i < plain.length(); i++) {
            char one = plain.charAt(i);
            if (Character.isLetterOrDigit(one) || Character.isSurrogate(one)) {
                folded.append(letter(one));
            } else if (!isMark(one) && folded.charAt(folded.length() - 1) != ' ') {
                folded.append(' ');
            }
        }
        if (folded.charAt(folded.length() - 1) != ' ') {
            folded.append(' ');
        }
        return folded.toString();
    }

    private static char letter(char one) {
        return switch (one) {
            case 'ı' -> 'i';
            case 'ى' -> 'ي';
            case 'ة' -> 'ه';
            default -> one;
        };
    }

    /** What belongs to the word around it: accents, vowel signs, the Arabic stretch, and apostrophes. */
    private static boolean isMark(char one) {
        return Character.getType(one) == Character.NON_SPACING_MARK || one == 'ـ' || one == '\'' || one == '’';
    }

    private static int words(String folded) {
        return (int) folded.chars().filter(one -> one == ' ').count() - 1;
    }

    private static boolean contains(String text, List<String> words) {
        return words.stream().anyMatch(text::contains);
    }
}
