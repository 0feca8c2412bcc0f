package dev.mizan.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeriodTest {
    @Test
    void daysAndMonthsOfEveryZoneAreWholeSlotsAndFollowEachOther() {
        Random dice = new Random(1);
        for (String id : ZoneId.getAvailableZoneIds()) {
            ZoneId zone = ZoneId.of(id);
            // Before 1973 Liberia's clocks were 44½ minutes behind; nobody called a language model then.
            LocalDate date = LocalDate.of(1973, 1, 1).plusDays(dice.nextInt(30_000));
            Period day = Period.of(date, zone);
            Period month = Period.of(YearMonth.from(date), zone);

            assertThat(day.inSlots()).as("%s in %s", date, zone).isEqualTo(day);
            assertThat(month.inSlots()).as("%s in %s", date, zone).isEqualTo(month);
            assertThat(Period.of(date.plusDays(1), zone).fromMillis()).isEqualTo(day.toMillis());
            assertThat(month.fromMillis()).isLessThanOrEqualTo(day.fromMillis());
            assertThat(month.toMillis()).isGreaterThanOrEqualTo(day.toMillis());
        }
    }

    @Test
    void aDayOfAClockChangeIsAnHourShorterOrLonger() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");

        assertThat(length(Period.of(LocalDate.of(2026, 3, 29), berlin))).isEqualTo(Duration.ofHours(23));
        assertThat(length(Period.of(LocalDate.of(2026, 10, 25), berlin))).isEqualTo(Duration.ofHours(25));
        assertThat(length(Period.of(LocalDate.of(2026, 11, 22), berlin))).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void slotsAreWidenedOutwards() {
        long ten = Instant.parse("2026-11-22T10:00:00Z").toEpochMilli();

        assertThat(new Period(ten, ten + 1).inSlots()).isEqualTo(new Period(ten, ten + 900_000));
        assertThat(new Period(ten - 1, ten).inSlots()).isEqualTo(new Period(ten - 900_000, ten));
        assertThat(new Period(ten, ten).inSlots()).isEqualTo(new Period(ten, ten));
        assertThat(Period.ALWAYS.inSlots()).isEqualTo(Period.ALWAYS);
        assertThatThrownBy(() -> new Period(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Duration length(Period period) {
        return Duration.ofMillis(period.toMillis() - period.fromMillis());
    }
}
