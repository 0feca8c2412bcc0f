package dev.mizan.admission;

import dev.mizan.limit.Limit;
import dev.mizan.limit.Subject;
import java.util.List;
import java.util.Set;

/**
 * What calls lose as a limit is used up ({@code degrade}).
 *
 * @param limit the limit whose use decides; may be a pattern
 * @param steps by share, rising
 */
public record Degradation(Limit limit, List<Step> steps) {
    public Degradation {
        steps = List.copyOf(steps);
    }

    /**
     * From a share of use on.
     *
     * @param percent of the cap, inclusive, 0 to 1000
     * @param to the alias that answers instead; empty for the one that was asked for
     * @param disable paths that are switched off
     */
    public record Step(int percent, String to, Set<String> disable) {
        public Step {
            disable = Set.copyOf(disable);
        }
    }

    /** This for one subject of its pattern's kind. */
    Degradation on(Subject subject) {
        return new Degradation(limit.on(subject), steps);
    }
}
