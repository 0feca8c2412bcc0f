package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.report.SpendQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rollup rows that some lines make: by quarter of an hour and dimension set. Not safe for use by many threads. */
final class RollupSums {
    private final Map<DimensionSet, Map<Long, Measures>> sums = new HashMap<>();

    /** Where a rollup row belongs. */
    record Place(long slot, DimensionSet dimensions) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int bySlot = Long.compare(slot, other.slot);
            return bySlot != 0 ? bySlot : dimensions.compareTo(other.dimensions);
        }
    }

    /** Adds a line that is no correction. */
    void add(Line line) {
        measures(slot(line), DimensionSet.of(line)).add(line, line.kind());
    }

    /**
     * Adds {@code correction} in the place of {@code corrected}, in that one's quarter of an hour; by itself if there
     * is none.
     */
    void correct(Line correction, Optional<Line> corrected) {
        Line.Kind countsAs = corrected.map(Line::kind).orElse(Line.Kind.CALL);
        long slot = slot(corrected.orElse(correction));
        corrected.ifPresent(line -> measures(slot, DimensionSet.of(line)).subtract(line));
        measures(slot, DimensionSet.of(correction)).add(correction, countsAs);
    }

    /** Every row, in the order of places: writers that take rows in one order can't wait for each other in a circle. */
    List<Map.Entry<Place, Measures>> rows() {
        List<Map.Entry<Place, Measures>> rows = new ArrayList<>();
        sums.forEach((dimensions, slots) ->
                slots.forEach((slot, measures) -> rows.add(Map.entry(new Place(slot, dimensions), measures))));
        rows.sort(Map.Entry.comparingByKey());
        return rows;
    }

    private Measures measures(long slot, DimensionSet dimensions) {
        return sums.computeIfAbsent(dimensions, any -> new HashMap<>(2)).computeIfAbsent(slot, any -> new Measures());
    }

    private static long slot(Line line) {
        return Math.floorDiv(line.timeMillis(), SpendQuery.SLOT_MILLIS) * SpendQuery.SLOT_MILLIS;
    }
}
