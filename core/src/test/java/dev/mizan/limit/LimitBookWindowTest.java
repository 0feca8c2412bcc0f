package dev.mizan.limit;

import static dev.mizan.limit.TestBook.KEY;
import static dev.mizan.limit.TestBook.at;
import static dev.mizan.limit.TestBook.limit;
import static dev.mizan.limit.TestBook.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitBookWindowTest {
    @ParameterizedTest
    @CsvSource({
        // window, zone, a moment, its window's start and end
        "month, Europe/Istanbul, 2026-01-31T20:59:59.999Z, 2025-12-31T21:00:00Z, 2026-01-31T21:00:00Z",
        "month, Europe/Istanbul, 2026-01-31T21:00:00Z,     2026-01-31T21:00:00Z, 2026-02-28T21:00:00Z",
        "month, Europe/Istanbul, 2028-02-29T20:59:59Z,     2028-01-31T21:00:00Z, 2028-02-29T21:00:00Z",
        "day,   Europe/Istanbul, 2028-02-29T12:00:00Z,     2028-02-28T21:00:00Z, 2028-02-29T21:00:00Z",
        "day,   Europe/Istanbul, 2026-03-29T12:00:00Z,     2026-03-28T21:00:00Z, 2026-03-29T21:00:00Z",
        "day,   Europe/Istanbul, 2015-03-29T12:00:00Z,     2015-03-28T22:00:00Z, 2015-03-29T21:00:00Z",
        "day,   Europe/Istanbul, 2015-11-08T12:00:00Z,     2015-11-07T21:00:00Z, 2015-11-08T22:00:00Z",
        "day,   Europe/Istanbul, 2016-10-30T12:00:00Z,     2016-10-29T21:00:00Z, 2016-10-30T21:00:00Z",
        "day,   Europe/Berlin,   2026-03-29T12:00:00Z,     2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "day,   Europe/Berlin,   2026-10-25T12:00:00Z,     2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "week,  Europe/Berlin,   2026-03-29T21:59:59Z,     2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z",
        "day,   America/New_York, 2026-03-08T12:00:00Z,    2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
        "day,   America/New_York, 2026-11-01T12:00:00Z,    2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
        "month, America/New_York, 2026-11-30T12:00:00Z,    2026-11-01T04:00:00Z, 2026-12-01T05:00:00Z",
        // The ends of months that have an hour less and an hour more, and of a year, at local midnight.
        "month, Europe/Berlin,   2026-03-31T21:59:59.999Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
        "month, Europe/Berlin,   2026-10-31T22:59:59.999Z, 2026-09-30T22:00:00Z, 2026-10-31T23:00:00Z",
        "month, Europe/Berlin,   2026-12-31T23:00:00Z,     2026-12-31T23:00:00Z, 2027-01-31T23:00:00Z",
        "month, America/New_York, 2026-03-31T23:59:59Z,    2026-03-01T05:00:00Z, 2026-04-01T04:00:00Z",
        "month, America/New_York, 2026-04-01T04:00:00Z,    2026-04-01T04:00:00Z, 2026-05-01T04:00:00Z",
        "week,  America/New_York, 2026-11-02T04:59:59Z,    2026-10-26T04:00:00Z, 2026-11-02T05:00:00Z",
        "week,  Europe/Istanbul, 2026-12-31T21:00:00Z,     2026-12-27T21:00:00Z, 2027-01-03T21:00:00Z",
        // Leap days; 2100 has none.
        "day,   Europe/Berlin,   2028-02-29T22:59:59Z,     2028-02-28T23:00:00Z, 2028-02-29T23:00:00Z",
        "month, Europe/Berlin,   2028-02-29T12:00:00Z,     2028-01-31T23:00:00Z, 2028-02-29T23:00:00Z",
        "month, America/New_York, 2028-03-01T04:59:59Z,    2028-02-01T05:00:00Z, 2028-03-01T05:00:00Z",
        "month, Europe/Istanbul, 2100-02-28T12:00:00Z,     2100-01-31T21:00:00Z, 2100-02-28T21:00:00Z",
        // The hour that comes twice, both times, and midnights that the clocks skip or have twice.
        "day,   Europe/Berlin,   2026-10-25T00:30:00Z,     2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "day,   Europe/Berlin,   2026-10-25T01:30:00Z,     2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "day,   America/Sao_Paulo, 2018-11-04T12:00:00Z,   2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z",
        "day,   America/Sao_Paulo, 2018-02-18T01:30:00Z,   2018-02-17T02:00:00Z, 2018-02-18T03:00:00Z",
        "day,   America/Havana,  2026-11-01T04:30:00Z,     2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    })
    void aCalendarWindowEndsAtMidnightOfItsZone(String label, String zone, String moment, String start, String end) {
        TestBook test = new TestBook(moment);
        Limit cost = Limit.block(
                KEY, Meter.COST, Window.parse(label, ZoneId.of(zone)).orElseThrow(), 100);
        LimitSet set = test.book.prepare(List.of(cost));
        test.reserved(set, 100).settle(tokens(100));

        assertThat(test.standing(cost)).isEqualTo(new Standing(cost, 100, 0, at(start), at(end)));
        assertThat(test.refused(set, 1).resetsAtMillis()).isEqualTo(at(end));
        test.clock.millis = at(end) - 1;
        test.refused(set, 1);
        test.clock.millis = at(end);
        test.reserved(set, 100);
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Istanbul, 2016-03-27, 23",
        "Europe/Istanbul, 2015-11-08, 25",
        "Europe/Istanbul, 2026-03-29, 24",
        "Europe/Berlin, 2026-03-29, 23",
        "Europe/Berlin, 2026-10-25, 25",
        "America/New_York, 2026-03-08, 23",
        "America/New_York, 2026-11-01, 25",
        "Europe/Berlin, 2028-02-29, 24"
    })
    void eachHourOfADayCountsOnceAndItsAccountIsMadeOfItsLinesAlone(String zone, LocalDate date, int hours) {
        ZoneId id = ZoneId.of(zone);
        long start = date.atStartOfDay(id).toInstant().toEpochMilli();
        TestBook test = new TestBook("2000-01-01T00:00:00Z");
        // A call at each half hour, from the day before to the day after, of which the books know those of its first 15
        // hours.
        for (int half = -4; half < 30; half++) {
            test.books.add(KEY, start + half * 1_800_000L, tokens(1));
        }
        test.clock.millis = start + 30 * 1_800_000L;
        Limit day = Limit.block(KEY, Meter.COST, Window.day(id), 1_000);
        LimitSet set = test.book.prepare(List.of(day));

        for (int half = 30; half < 2 * hours; half++) {
            test.clock.millis = start + half * 1_800_000L;
            test.reserved(set, 1).settle(tokens(1));
        }

        assertThat(test.standing(day).used()).isEqualTo(2L * hours);
        test.advance(Duration.ofMinutes(30));
        assertThat(test.standing(day))
                .isEqualTo(new Standing(
                        day,
                        0,
                        0,
                        test.clock.millis,
                        date.plusDays(2).atStartOfDay(id).toInstant().toEpochMilli()));
    }

    @Test
    void aCallIsSettledInTheWindowThatItWasAdmittedIn() {
        TestBook test = new TestBook("2026-03-31T23:59:59Z");
        Limit day = Limit.block(KEY, Meter.COST, Window.day(ZoneOffset.UTC), 100);
        LimitSet set = test.book.prepare(List.of(day));
        Reservation late = test.reserved(set, 100);

        test.advance(Duration.ofSeconds(1));
        test.reserved(set, 100).settle(tokens(40));
        late.settle(tokens(90));

        assertThat(test.standing(day).used()).isEqualTo(40);
    }

    @ParameterizedTest
    @CsvSource({
        "minute, 60000, 1000",
        "hour, 3600000, 60000",
        "30s, 30000, 500",
        "24h, 86400000, 900000",
        "30d, 2592000000, 43200000"
    })
    void aSlidingWindowGivesNoDoubleBurstAndLetsGoOfWhatIsWhollyPast(String label, long length, long slot) {
        TestBook test = new TestBook("2026-03-10T00:00:00Z");
        Limit rate =
                limit(KEY, Meter.REQUESTS, Window.parse(label, ZoneOffset.UTC).orElseThrow(), 10, Reserve.WORST_CASE);
        LimitSet set = test.book.prepare(List.of(rate));
        test.clock.millis += length - 1;
        long admitted = test.clock.millis;
        for (int i = 0; i < 10; i++) {
            test.reserved(set, 1).settle(tokens(1));
        }

        // The boundary of a fixed window lies here: nothing is free.
        test.clock.millis += 1;
        long free = admitted / slot * slot + slot + length;
        assertThat(test.refused(set, 1).resetsAtMillis()).isEqualTo(free);
        test.clock.millis = free - 1;
        assertThat(free - 1 - admitted).isBetween(length - 1, length + slot);
        test.refused(set, 1);
        test.clock.millis = free;
        test.reserved(set, 1);
    }

    @Test
    void aSlidingRefusalSaysWhenEnoughForThisClaimHasLeft() {
        TestBook test = new TestBook("2026-03-10T12:00:00Z");
        Limit rate = limit(KEY, Meter.TOKENS, Window.MINUTE, 100, Reserve.WORST_CASE);
        LimitSet set = test.book.prepare(List.of(rate));
        for (int i = 0; i < 4; i++) {
            test.reserved(set, 25).settle(tokens(25));
            test.advance(Duration.ofSeconds(10));
        }

        assertThat(test.refused(set, 25).resetsAtMillis()).isEqualTo(at("2026-03-10T12:01:01Z"));
        assertThat(test.refused(set, 26).resetsAtMillis()).isEqualTo(at("2026-03-10T12:01:11Z"));
        assertThat(test.refused(set, 100).resetsAtMillis()).isEqualTo(at("2026-03-10T12:01:31Z"));
        assertThat(test.refused(set, 101).never()).isTrue();
    }

    @Test
    void aClockThatStepsBackGivesNothingBack() {
        TestBook test = new TestBook("2026-03-11T00:00:00Z");
        Limit day = Limit.block(KEY, Meter.COST, Window.day(ZoneOffset.UTC), 100);
        LimitSet set = test.book.prepare(List.of(day));
        test.reserved(set, 100).settle(tokens(100));

        test.set("2026-03-10T23:00:00Z");

        assertThat(test.refused(set, 1).resetsAtMillis()).isEqualTo(at("2026-03-12T00:00:00Z"));
    }
}
