package dev.mizan;

import dev.mizan.config.Settings;
import dev.mizan.routing.ComplexityClassifier;
import dev.mizan.routing.ComplexityRule;
import dev.mizan.routing.ComplexityWords;
import dev.mizan.routing.DocumentScore;
import dev.mizan.routing.ImprovedScore;
import dev.mizan.routing.ModelSettings.Strategy;
import java.math.BigDecimal;
import java.util.List;

/** Reads what an alias with {@code routing: complexity} says of it, and refuses it of others. */
final class ComplexityReader {
    /** What says how questions are told apart. */
    private static final List<String> OF_COMPLEXITY =
            List.of("simple", "medium", "complex", "thresholds", "heuristic", "words");

    /** What the three aliases say for themselves. */
    private static final List<String> OF_OTHERS =
            List.of("deployments", "retries", "breaker", "max_output_tokens", "drop_unsupported");

    private final Settings model;

    ComplexityReader(Settings model) {
        this.model = model;
    }

    /** Refuses what has no effect under {@code routing}. */
    void refuseMisplaced(Strategy routing) {
        boolean routes = routing == Strategy.COMPLEXITY;
        for (String setting : routes ? OF_OTHERS : OF_COMPLEXITY) {
            if (model.has(setting)) {
                model.refuse(
                        setting,
                        routes
                                ? "has no effect under 'routing: complexity' (expected: of the aliases it picks from)"
                                : "has no effect here (expected: only under 'routing: complexity')");
            }
        }
    }

    ComplexityRule rule() {
        boolean improved = model.text("heuristic", "document").equals("improved");
        ComplexityWords words = words(improved ? ComplexityWords.IMPROVED : ComplexityWords.DOCUMENT);
        ComplexityClassifier classifier = improved ? new ImprovedScore(words) : new DocumentScore(words);
        List<Settings> thresholds = model.list("thresholds");
        if (thresholds.isEmpty()) {
            ComplexityRule usual = ComplexityRule.DEFAULT;
            return new ComplexityRule(classifier, usual.mediumFrom(), usual.complexFrom());
        }
        int medium = tenths(thresholds.getFirst());
        int complex = tenths(thresholds.getLast());
        if (medium > complex) {
            model.refuse("thresholds", "fall (expected: the score of medium ones, then that of complex ones)");
            return ComplexityRule.DEFAULT;
        }
        return new ComplexityRule(classifier, medium, complex);
    }

    private ComplexityWords words(ComplexityWords usual) {
        Settings words = model.group("words");
        return new ComplexityWords(
                words.has("factual") ? words.texts("factual") : usual.factual(),
                words.has("analytical") ? words.texts("analytical") : usual.analytical(),
                words.has("multi_step") ? words.texts("multi_step") : usual.multiStep(),
                words.has("context") ? words.texts("context") : usual.context());
    }

    private static int tenths(Settings threshold) {
        BigDecimal tenths =
                new BigDecimal(threshold.asText().orElse("0")).movePointRight(1).stripTrailingZeros();
        if (tenths.scale() > 0) {
            threshold.refuse("", threshold.asText().orElse("") + " (expected: tenths, such as 0.3)");
            return 0;
        }
        return tenths.intValueExact();
    }
}
