package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What scripts are told of calendar windows, which they can't reckon themselves. */
final class AccountTest {
    private static List<Long> described(Account account, long nowMillis) {
        Numbers numbers = new Numbers();
        account.describe(numbers, nowMillis);
        ByteBuffer bytes = ByteBuffer.wrap(numbers.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> read = new ArrayList<>();
        while (bytes.hasRemaining()) {
            read.add((long) bytes.getDouble());
        }
        return read;
    }

    @ParameterizedTest
    @CsvSource({
        // window, zone, its start and end, and the end of the one after it
        "day,   Europe/Berlin,    2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z, 2026-03-30T22:00:00Z",
        "day,   Europe/Berlin,    2026-10-23T22:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "day,   America/New_York, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z, 2026-03-10T04:00:00Z",
        "day,   America/New_York, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z, 2026-11-03T05:00:00Z",
        "day,   Europe/Istanbul,  2015-11-07T21:00:00Z, 2015-11-08T22:00:00Z, 2015-11-09T22:00:00Z",
        "day,   Europe/Istanbul,  2028-02-28T21:00:00Z, 2028-02-29T21:00:00Z, 2028-03-01T21:00:00Z",
        "week,  Europe/Berlin,    2026-10-18T22:00:00Z, 2026-10-25T23:00:00Z, 2026-11-01T23:00:00Z",
        "month, Europe/Berlin,    2028-01-31T23:00:00Z, 2028-02-29T23:00:00Z, 2028-03-31T22:00:00Z",
        "month, America/New_York, 2026-10-01T04:00:00Z, 2026-11-01T04:00:00Z, 2026-12-01T05:00:00Z",
        "month, Europe/Istanbul,  2026-12-31T21:00:00Z, 2027-01-31T21:00:00Z, 2027-02-28T21:00:00Z",
    })
    void aWindowOfAnyLengthAndTheOneAfterItAreTold(
            String label, String zone, Instant start, Instant end, Instant endOfNext) {
        Window window = Window.parse(label, ZoneId.of(zone)).orElseThrow();
        Account account =
                new Account(Limit.block(new Subject(Subject.Kind.USER, "u"), Meter.COST, window, 100), "mizan:{m}:");
        List<Long> expected = List.of(1L, 0L, start.toEpochMilli(), end.toEpochMilli(), endOfNext.toEpochMilli());

        for (long now : List.of(start.toEpochMilli(), end.toEpochMilli() - 1)) {
            List<Long> told = described(account, now);

            assertThat(told.subList(0, 5)).isEqualTo(expected);
            // It is kept for longer than it lasts.
            assertThat(told.get(5)).isGreaterThan(end.toEpochMilli() - start.toEpochMilli());
            assertThat(account.countedFrom(now)).isEqualTo(start.toEpochMilli());
        }
        assertThat(described(account, end.toEpochMilli()).subList(2, 4))
                .containsExactly(end.toEpochMilli(), endOfNext.toEpochMilli());
        assertThat(described(account, start.toEpochMilli() - 1).get(3)).isEqualTo(start.toEpochMilli());
    }
}
