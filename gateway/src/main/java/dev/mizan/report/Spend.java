package dev.mizan.report;

import dev.mizan.money.NanoUsd;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums of the ledger as a report shows them: in order, with the groups that matter least summed up as one, and with
 * their total. Every figure is a sum of ledger lines.
 *
 * @param groups by time, and at the same time by provider cost, the dearest first
 * @param total the sum of {@code groups}
 */
public record Spend(List<Group> groups, Sums total) {
    public Spend {
        groups = List.copyOf(groups);
    }

    /**
     * One row of a report.
     *
     * @param bucketMillis start of its time, Unix milliseconds; 0 if the report is not divided by time
     * @param values values of the dimensions grouped by, in their order; empty for {@code rest}
     * @param rest whether this is the sum of the groups that are not among the first
     */
    public record Group(long bucketMillis, List<String> values, boolean rest, Sums sums) {
        public Group {
            values = List.copyOf(values);
        }
    }

    /**
     * Reads a report.
     *
     * @param first how many groups are shown by themselves, those that cost the most over the whole time; the others
     *     become one; ≥ 1
     */
    public static Spend read(LedgerReader reader, SpendQuery query, int first) {
        List<SpendRow> rows = reader.spend(query);
        Map<List<String>, Integer> ranks = ranks(rows);
        Map<Place, Sums> places =
                new TreeMap<>(Comparator.comparingLong(Place::bucketMillis).thenComparingInt(Place::rank));
        Map<Integer, List<String>> values = new HashMap<>();
        for (SpendRow row : rows) {
            int rank = Math.min(ranks.getOrDefault(row.values(), first), first);
            values.putIfAbsent(rank, row.values());
            places.computeIfAbsent(new Place(row.bucketMillis(), rank), p -> new Sums())
                    .add(row);
        }
        List<Group> groups = new ArrayList<>(places.size());
        places.forEach((place, sums) -> {
            boolean rest = place.rank == first;
            groups.add(new Group(
                    place.bucketMillis, rest ? List.of() : values.getOrDefault(place.rank, List.of()), rest, sums));
        });
        return new Spend(groups, Sums.of(rows));
    }

    /**
     * The place of each group by what it cost over the whole time, then by name so that the order is always the same.
     */
    private static Map<List<String>, Integer> ranks(List<SpendRow> rows) {
        Map<List<String>, NanoUsd> costs = new HashMap<>();
        for (SpendRow row : rows) {
            costs.merge(row.values(), row.providerCost(), NanoUsd::plus);
        }
        List<List<String>> order = new ArrayList<>(costs.keySet());
        order.sort(Comparator.comparing((List<String> values) -> costs.getOrDefault(values, NanoUsd.ZERO))
                .reversed()
                .thenComparing(values -> String.join("\u0000", values)));
        Map<List<String>, Integer> ranks = new HashMap<>();
        for (int i = 0; i < order.size(); i++) {
            ranks.put(order.get(i), i);
        }
        return ranks;
    }

    private record Place(long bucketMillis, int rank) {}
}
