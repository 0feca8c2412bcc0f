package dev.mizan.routing;

/**
 * How an alias tells simple questions from complex ones.
 *
 * @param mediumFrom the lowest score that is medium, in tenths, 0 to 10
 * @param complexFrom the lowest score that is complex, in tenths, {@code mediumFrom} to 10
 */
public record ComplexityRule(ComplexityClassifier classifier, int mediumFrom, int complexFrom) {
    /** As the configuration has it by default: simple below 0.3, complex from 0.7 on. */
    public static final ComplexityRule DEFAULT = new ComplexityRule(new DocumentScore(ComplexityWords.DOCUMENT), 3, 7);

    public ComplexityRule {
        if (mediumFrom < 0 || complexFrom < mediumFrom || complexFrom > ComplexityClassifier.TENTHS_MAX) {
            throw new IllegalArgumentException(
                    "thresholds: " + mediumFrom + ", " + complexFrom + " tenths (expected: rising, 0 to 10)");
        }
    }

    /** The class of {@code question}. */
    public Complexity of(String question) {
        int tenths = classifier.tenths(question);
        if (tenths < mediumFrom) {
            return Complexity.SIMPLE;
        }
        return tenths < complexFrom ? Complexity.MEDIUM : Complexity.COMPLEX;
    }
}
