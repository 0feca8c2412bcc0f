package dev.mizan.routing;

/**
 * Says how complex a question is. Called on the way of each call of an alias that routes by complexity, on its event
 * loop: it must neither block nor take long. Safe for use by many threads.
 */
@FunctionalInterface
public interface ComplexityClassifier {
    /** The highest score. */
    int TENTHS_MAX = 10;

    /**
     * The score of a question, in tenths, from 0 (simple) to {@value #TENTHS_MAX}.
     *
     * @param question what the user said last, of a bounded length; empty where no user said anything
     */
    int tenths(String question);
}
