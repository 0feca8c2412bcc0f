package dev.mizan.report;

import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The overview of the last {@link #DAYS} days and the users who cost the most.
 *
 * @param date the last day
 * @param users how many users called; a key without a user counts as one
 * @param total what all of them did
 * @param top the users who called most, by calls, then by what they were charged
 */
public record DailyReport(LocalDate date, int users, Sums total, List<User> top) {
    /** How many days are looked at, the last included. */
    public static final int DAYS = 30;

    private static final int PERCENT_PLACES = 1;

    public DailyReport {
        top = List.copyOf(top);
    }

    /**
     * Someone who called.
     *
     * @param name the user's, or the key's id if it has no user
     */
    public record User(String tenant, String name, Sums sums) {}

    /**
     * Reads it.
     *
     * @param date the last day
     * @param topMax how many users are named, ≥ 0
     */
    public static DailyReport read(LedgerReader reader, LocalDate date, ZoneId zone, int topMax) {
        SpendQuery query = new SpendQuery(
                Period.of(date.minusDays(DAYS - 1L), zone).fromMillis(),
                Period.of(date, zone).toMillis(),
                List.of(Dimension.TENANT, Dimension.USER, Dimension.KEY),
                Map.of(),
                SpendQuery.Bucket.ALL,
                zone);
        Map<List<String>, User> users = new HashMap<>();
        Sums total = new Sums();
        for (SpendRow row : reader.spend(query)) {
            String tenant = row.values().get(0);
            String name = row.values().get(1).isEmpty()
                    ? row.values().get(2)
                    : row.values().get(1);
            users.computeIfAbsent(List.of(tenant, name), key -> new User(tenant, name, new Sums()))
                    .sums()
                    .add(row);
            total.add(row);
        }
        List<User> top = new ArrayList<>(users.values());
        top.sort(Comparator.comparingLong((User user) -> user.sums().calls())
                .thenComparing(user -> user.sums().charged())
                .reversed()
                .thenComparing(User::tenant)
                .thenComparing(User::name));
        return new DailyReport(date, users.size(), total, top.subList(0, Math.min(topMax, top.size())));
    }

    /** Calls that succeeded, of a hundred, with one place, rounded down so that 100 means all; 100 without calls. */
    public BigDecimal successPercent() {
        long calls = total.calls();
        return calls == 0
                ? BigDecimal.valueOf(100)
                : BigDecimal.valueOf(100 * (calls - total.failed()))
                        .divide(BigDecimal.valueOf(calls), PERCENT_PLACES, RoundingMode.DOWN);
    }

    /** What a user cost on average, half-even; zero without users. */
    public NanoUsd costPerUser() {
        return users == 0
                ? NanoUsd.ZERO
                : NanoUsd.of(
                        total.charged().usd().divide(BigDecimal.valueOf(users), 9, RoundingMode.HALF_EVEN),
                        RoundingMode.UNNECESSARY);
    }

    /** How often a user called on average, half-even; zero without users. */
    public long callsPerUser() {
        return users == 0
                ? 0
                : BigDecimal.valueOf(total.calls())
                        .divide(BigDecimal.valueOf(users), 0, RoundingMode.HALF_EVEN)
                        .longValueExact();
    }
}
