package dev.mizan.usage;

import java.util.Arrays;

/**
 * What one body, or one event of a stream, says about usage.
 *
 * <p>Readings of one stream are merged by {@link #then}. Immutable and safe for use by many threads.
 */
public final class UsageReading {
    /** How much a body said. */
    public enum State {
        /** Nothing about usage. */
        ABSENT,
        /** A usage object that lacks a count which its format requires: do not charge by it alone. */
        PARTIAL,
        /** Everything that the format requires. */
        COMPLETE
    }

    private final Flavor flavor;
    private final String model;
    private final State state;
    private final Usage usage;
    private final String problem;
    private final long[] counts;
    private final boolean tierStated;

    UsageReading(Flavor flavor, String model, long[] counts, ServiceTier tier, boolean tierStated, String problem) {
        this.flavor = flavor;
        this.model = model;
        this.counts = counts;
        this.tierStated = tierStated;
        this.problem = problem;
        this.state = flavor.state(counts);
        this.usage = state == State.ABSENT ? tierOnly(tier) : flavor.usage(counts, tier);
    }

    /** The model's name as the provider gave it; empty if it did not, or if it was longer than 256 characters. */
    public String model() {
        return model;
    }

    public State state() {
        return state;
    }

    /** Whether any usage was stated, complete or not. */
    public boolean isPresent() {
        return state != State.ABSENT;
    }

    /** Whether the usage can be charged by. */
    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** The usage; {@link Usage#NONE}, but for the service tier, if there was none. */
    public Usage usage() {
        return usage;
    }

    /**
     * What was wrong: malformed JSON, or a count that is negative, above 10¹², not a whole number or of another type.
     * Such a count is treated as absent. Empty if nothing was wrong.
     */
    public String problem() {
        return problem;
    }

    /**
     * This reading, updated by one that came later in the same stream: what the later one states replaces what this one
     * stated, count by count; counts are never added.
     */
    public UsageReading then(UsageReading later) {
        if (later.flavor != flavor && later.isPresent()) {
            throw new IllegalArgumentException("later: read as " + later.flavor + " (expected: " + flavor + ")");
        }
        long[] merged = counts.clone();
        for (int i = 0; i < merged.length; i++) {
            if (later.counts[i] >= 0) {
                merged[i] = later.counts[i];
            }
        }
        return new UsageReading(
                flavor,
                model.isEmpty() ? later.model : model,
                merged,
                later.tierStated ? later.usage.tier() : usage.tier(),
                tierStated || later.tierStated,
                later.problem.isEmpty() ? problem : later.problem);
    }

    private static Usage tierOnly(ServiceTier tier) {
        return tier == ServiceTier.STANDARD
                ? Usage.NONE
                : Usage.builder().tier(tier).build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UsageReading reading
                && flavor == reading.flavor
                && model.equals(reading.model)
                && Arrays.equals(counts, reading.counts)
                && usage.equals(reading.usage)
                && tierStated == reading.tierStated
                && problem.equals(reading.problem);
    }

    @Override
    public int hashCode() {
        return 31 * model.hashCode() + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "UsageReading[" + state + ", model=" + model + ", " + usage
                + (problem.isEmpty() ? "" : ", problem=" + problem) + "]";
    }
}
