package dev.mizan.usage;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * What one call used, in units that do not overlap ({@link Unit}), tool uses by name and the service tier.
 *
 * <p>Counts are never negative. Immutable and safe for use by many threads.
 */
public final class Usage {
    /** Nothing used, standard tier. */
    public static final Usage NONE = new Builder().build();

    private static final Unit[] UNITS = Unit.values();

    /** The ordinals of the units of input. */
    private static final int[] INPUTS =
            Arrays.stream(UNITS).filter(Unit::isInput).mapToInt(Unit::ordinal).toArray();

    private final long[] counts;
    private final Map<String, Long> toolUses;
    private final ServiceTier tier;

    private Usage(long[] counts, Map<String, Long> toolUses, ServiceTier tier) {
        this.counts = counts;
        this.toolUses = toolUses;
        this.tier = tier;
    }

    /** A builder with all counts zero. */
    public static Builder builder() {
        return new Builder();
    }

    /** Plain text tokens in and out, standard tier. */
    public static Usage of(long inputTokens, long outputTokens) {
        return builder()
                .set(Unit.INPUT, inputTokens)
                .set(Unit.OUTPUT, outputTokens)
                .build();
    }

    /** The count of {@code unit}; 0 if none. */
    public long get(Unit unit) {
        return counts[unit.ordinal()];
    }

    /** Sum of all input tokens, cached ones included. */
    public long inputTokens() {
        long sum = 0;
        for (int input : INPUTS) {
            sum += counts[input];
        }
        return sum;
    }

    /** Sum of all output tokens, reasoning included. */
    public long outputTokens() {
        return get(Unit.OUTPUT) + get(Unit.REASONING) + get(Unit.OUTPUT_AUDIO) + get(Unit.OUTPUT_IMAGE);
    }

    /** Input and output tokens. */
    public long totalTokens() {
        return inputTokens() + outputTokens();
    }

    /** Uses of server-side tools that a provider charges for, by name (e.g. {@code web_search}), sorted by name. */
    public Map<String, Long> toolUses() {
        return toolUses;
    }

    public ServiceTier tier() {
        return tier;
    }

    /** Calls {@code consumer} with each unit whose count is not zero, in the order of {@link Unit}. */
    public void forEach(ObjLongConsumer<Unit> consumer) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                consumer.accept(UNITS[i], counts[i]);
            }
        }
    }

    /** A builder that starts with these counts. */
    public Builder toBuilder() {
        Builder builder = new Builder().tier(tier);
        System.arraycopy(counts, 0, builder.counts, 0, counts.length);
        toolUses.forEach(builder::tool);
        return builder;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Usage usage
                && Arrays.equals(counts, usage.counts)
                && toolUses.equals(usage.toolUses)
                && tier == usage.tier;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(counts) + toolUses.hashCode() + tier.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Usage[");
        forEach((unit, count) ->
                text.append(unit.label()).append('=').append(count).append(' '));
        if (!toolUses.isEmpty()) {
            text.append("tools=").append(toolUses).append(' ');
        }
        return text.append(tier.label()).append(']').toString();
    }

    /** Collects counts. Not safe for use by many threads. */
    public static final class Builder {
        private final long[] counts = new long[UNITS_LENGTH];
        private Map<String, Long> toolUses = Map.of();
        private ServiceTier tier = ServiceTier.STANDARD;

        private static final int UNITS_LENGTH = Unit.values().length;

        private Builder() {}

        /** Sets the count of {@code unit}; throws {@link IllegalArgumentException} if {@code count} is negative. */
        public Builder set(Unit unit, long count) {
            if (count < 0) {
                throw new IllegalArgumentException(unit.label() + ": " + count + " (expected: >= 0)");
            }
            counts[unit.ordinal()] = count;
            return this;
        }

        /** The count of {@code unit} so far. */
        public long get(Unit unit) {
            return counts[unit.ordinal()];
        }

        /** Sets how often the tool {@code name} was used; 0 leaves it out. */
        public Builder tool(String name, long uses) {
            if (uses < 0) {
                throw new IllegalArgumentException(name + ": " + uses + " (expected: >= 0)");
            }
            if (uses > 0) {
                if (toolUses.isEmpty()) {
                    toolUses = new TreeMap<>();
                }
                toolUses.put(name, uses);
            }
            return this;
        }

        public Builder tier(ServiceTier tier) {
            this.tier = tier;
            return this;
        }

        public Usage build() {
            return new Usage(
                    counts.clone(),
                    toolUses.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(toolUses)),
                    tier);
        }
    }
}
