package dev.mizan.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class DailyReportTest {
    private static final LocalDate DATE = LocalDate.of(2026, 3, 10);
    private static final ZoneId ZONE = ZoneId.of("Europe/Istanbul");

    private final FakeReader reader = new FakeReader();

    @Test
    void anEmptyLedgerIsAllZero() {
        DailyReport report = read(10);

        assertThat(report.users()).isZero();
        assertThat(report.total().calls()).isZero();
        assertThat(report.successPercent()).isEqualByComparingTo("100");
        assertThat(report.costPerUser()).isEqualTo(NanoUsd.ZERO);
        assertThat(report.callsPerUser()).isZero();
        assertThat(report.top()).isEmpty();
    }

    @Test
    void thirtyDaysOfTheTimeZoneAreAskedFor() {
        read(10);

        SpendQuery query = reader.asked.getFirst();
        assertThat(query.fromMillis())
                .isEqualTo(DATE.minusDays(29).atStartOfDay(ZONE).toInstant().toEpochMilli());
        assertThat(query.toMillis())
                .isEqualTo(DATE.plusDays(1).atStartOfDay(ZONE).toInstant().toEpochMilli());
    }

    @Test
    void keysOfAUserAreOneUserAndAKeyWithoutAUserIsItsOwn() {
        reader.add("shop", "ayse", "key_1", 300, 3, 2_000);
        reader.add("shop", "ayse", "key_2", 100, 0, 1_000);
        reader.add("shop", "", "key_3", 500, 0, 500);
        reader.add("legal", "ayse", "key_4", 97, 0, 4_000);
        DailyReport report = read(2);

        assertThat(report.users()).isEqualTo(3);
        assertThat(report.total().calls()).isEqualTo(997);
        assertThat(report.total().charged()).isEqualTo(NanoUsd.ofNanos(7_500));
        assertThat(report.top()).extracting(DailyReport.User::name).containsExactly("key_3", "ayse");
        assertThat(report.top().get(1).sums().calls()).isEqualTo(400);
        assertThat(report.costPerUser()).isEqualTo(NanoUsd.ofNanos(2_500));
        assertThat(report.callsPerUser()).isEqualTo(332);
    }

    @Test
    void almostAllIsNotAll() {
        reader.add("shop", "ayse", "key_1", 10_000, 1, 0);

        assertThat(read(1).successPercent()).isEqualTo(new BigDecimal("99.9"));
    }

    private DailyReport read(int topMax) {
        return DailyReport.read(reader, DATE, ZONE, topMax);
    }

    /** Rows as a test sets them. */
    private static final class FakeReader implements LedgerReader {
        private final List<SpendRow> rows = new ArrayList<>();
        private final List<SpendQuery> asked = new ArrayList<>();

        void add(String tenant, String user, String key, long calls, long failed, long nanos) {
            NanoUsd cost = NanoUsd.ofNanos(nanos);
            rows.add(new SpendRow(
                    0,
                    List.of(tenant, user, key),
                    calls,
                    0,
                    failed,
                    Usage.of(calls * 10, calls),
                    cost,
                    cost,
                    NanoUsd.ZERO,
                    calls * 1_000,
                    0,
                    0));
        }

        @Override
        public Page lines(LineFilter filter, String cursor, int limit) {
            return new Page(List.of(), "");
        }

        @Override
        public void forEachLine(LineFilter filter, Consumer<Line> consumer) {}

        @Override
        public Optional<Line> line(String id) {
            return Optional.empty();
        }

        @Override
        public List<SpendRow> spend(SpendQuery query) {
            asked.add(query);
            return rows;
        }
    }
}
