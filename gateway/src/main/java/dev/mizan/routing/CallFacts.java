package dev.mizan.routing;

import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What of a call decides where it goes.
 *
 * @param key whose calls keep together under {@code sticky}
 * @param costNanos what the call's expected use costs at a deployment, in nano-USD; the largest long where no price is
 *     known
 * @param complexity how complex its question is by a rule; asked only where an alias routes by it
 */
public record CallFacts(
        String key, ToLongFunction<Deployment> costNanos, Function<ComplexityRule, Complexity> complexity) {}
