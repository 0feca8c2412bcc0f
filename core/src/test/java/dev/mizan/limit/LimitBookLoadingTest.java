package dev.mizan.limit;

import static dev.mizan.limit.TestBook.KEY;
import static dev.mizan.limit.TestBook.TENANT;
import static dev.mizan.limit.TestBook.at;
import static dev.mizan.limit.TestBook.limit;
import static dev.mizan.limit.TestBook.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitBookLoadingTest {
    private static final Window DAY = Window.day(ZoneOffset.UTC);

    private final TestBook test = new TestBook("2026-03-10T12:00:00Z");

    private LimitSet set(Limit... limits) {
        return test.book.prepare(List.of(limits));
    }

    @Test
    void accountsBeginWithWhatTheBooksSay() {
        Limit day = Limit.block(KEY, Meter.COST, DAY, 1_000);
        Limit life = Limit.block(KEY, Meter.COST, Window.LIFETIME, 1_000);
        Limit minute = Limit.block(KEY, Meter.TOKENS, Window.MINUTE, 1_000);
        Limit rolling = Limit.block(
                KEY, Meter.REQUESTS, Window.parse("24h", ZoneOffset.UTC).orElseThrow(), 1_000);
        test.books.add(KEY, at("2026-03-08T12:00:00Z"), tokens(1));
        test.books.add(KEY, at("2026-03-09T11:59:59Z"), tokens(2));
        test.books.add(KEY, at("2026-03-09T12:00:00Z"), tokens(4));
        test.books.add(KEY, at("2026-03-10T00:00:00Z"), tokens(8));
        test.books.add(KEY, at("2026-03-10T11:59:30Z"), tokens(16));
        test.books.adjustments.add(new Balances.Adjustment("a1", day.account(), at("2026-03-10T07:00:00Z"), -3));
        test.books.adjustments.add(new Balances.Adjustment("a0", day.account(), at("2026-03-09T07:00:00Z"), -900));

        assertThat(test.standing(day).used()).isEqualTo(8 + 16 - 3);
        assertThat(test.standing(life).used()).isEqualTo(1 + 2 + 4 + 8 + 16);
        assertThat(test.standing(minute).used()).isEqualTo(16);
        // The sub-window of 24 minutes, made of whole quarters: 15 minutes. 11:59:59 is in one that has left.
        assertThat(test.standing(rolling).used()).isEqualTo(3);
    }

    @Test
    void aReservationAsksForWhatIsNotLoadedAndSetsNothingAside() {
        Limit day = Limit.block(KEY, Meter.COST, DAY, 1_000);
        Limit tenant = Limit.block(TENANT, Meter.COST, DAY, 1_000);
        LimitSet both = set(day, tenant);

        Outcome outcome = test.book.reserve(both, test.claim(1));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Unloaded.class, unloaded -> assertThat(unloaded.missing())
                .extracting(Loading::limit)
                .containsExactly(day, tenant));
        assertThat(test.standing(day).reserved()).isZero();
    }

    @Test
    void whatEndsWhileTheBooksAreReadIsCountedOnce() {
        Limit day = Limit.block(KEY, Meter.COST, DAY, 1_000);
        LimitSet set = set(day);
        Loading loading = test.book.missing(set).getFirst();
        long now = test.clock.millis;

        // Before loading begins, the books have it.
        test.book.post(set, "p1", now, tokens(1));
        test.books.add(KEY, now, tokens(1));
        test.book.begin(loading);
        Loading.Opening early = loading.read(test.books);
        test.books.add(KEY, now, tokens(2));
        test.book.post(set, "p2", now, tokens(2));
        assertThat(test.book.finish(loading, early)).isFalse();
        test.load(loading);

        assertThat(test.standing(day).used()).isEqualTo(3);
    }

    @Test
    void whatNeverStopsToEndIsCountedOnTopAtLast() {
        Limit day = Limit.block(KEY, Meter.COST, DAY, 1_000);
        LimitSet set = set(day);
        Loading loading = test.book.missing(set).getFirst();
        boolean isOpen = false;
        int reads = 0;
        while (!isOpen) {
            test.book.begin(loading);
            Loading.Opening opening = loading.read(test.books);
            test.book.post(set, "p" + reads, test.clock.millis, tokens(1));
            isOpen = test.book.finish(loading, opening);
            reads++;
        }

        assertThat(reads).isEqualTo(LimitBook.READS_MAX);
        assertThat(test.standing(day).used()).isEqualTo(1);
    }

    @Test
    void aWindowThatEndsWhileItIsReadIsReadAnew() {
        Limit day = Limit.block(KEY, Meter.COST, DAY, 1_000);
        test.books.add(KEY, test.clock.millis, tokens(7));
        Loading loading = test.book.missing(set(day)).getFirst();

        test.book.begin(loading);
        Loading.Opening old = loading.read(test.books);
        test.advance(Duration.ofHours(12));
        test.books.add(KEY, test.clock.millis, tokens(5));
        assertThat(test.book.finish(loading, old)).isFalse();
        test.load(loading);

        assertThat(test.standing(day).used()).isEqualTo(5);
    }

    @Test
    void aCallIsCountedInAccountsOfItsSubjectsThatWereMadeAfterItBegan() {
        Limit day = Limit.block(KEY, Meter.COST, DAY, 1_000);
        Limit hour = Limit.block(KEY, Meter.TOKENS, Window.HOUR, 1_000);
        Reservation reservation = test.reserved(set(day), 100);

        assertThat(test.standing(hour).used()).isZero();
        reservation.settle(tokens(60));

        assertThat(test.standing(hour).used()).isEqualTo(60);
        assertThat(test.standing(day).used()).isEqualTo(60);
    }

    @Test
    void aLimitThatComesBackHasCountedMeanwhile() {
        Limit day = Limit.block(KEY, Meter.COST, DAY, 1_000);
        Limit hour = Limit.block(KEY, Meter.TOKENS, Window.HOUR, 1_000);
        test.reserved(set(day, hour), 10).settle(tokens(10));

        test.reserved(set(day), 20).settle(tokens(20));

        assertThat(test.standing(hour).used()).isEqualTo(30);
    }

    @Test
    void aServingLimitMayBePassedOverAndCountsWhatEndsLater() {
        Limit notify = new Limit(
                KEY, Meter.COST, DAY, 1, new AtCap.Notify(), Reserve.WORST_CASE, false, List.of(), "configuration");
        LimitSet set = set(notify);
        Outcome outcome = test.book.reserve(set, test.claim(9), true);
        Reservation reservation = ((Outcome.Reserved) outcome).reservation();
        assertThat(reservation.standings()).isEmpty();

        assertThat(test.standing(notify).used()).isZero();
        reservation.settle(tokens(9));

        assertThat(test.standing(notify).used()).isEqualTo(9);
        assertThat(test.book.reserve(set(Limit.block(TENANT, Meter.COST, DAY, 1)), test.claim(1), true))
                .isInstanceOf(Outcome.Unloaded.class);
    }

    @Test
    void adjustmentsAndPostingsCountOnceForEachId() {
        Limit day = Limit.block(KEY, Meter.COST, DAY, 1_000);
        LimitSet set = set(day);
        test.reserved(set, 100).settle(tokens(100));
        long yesterday = test.clock.millis - 86_400_000;

        assertThat(test.book.adjust(day, new Balances.Adjustment("a", day.account(), test.clock.millis, -40)))
                .isTrue();
        assertThat(test.book.adjust(day, new Balances.Adjustment("a", day.account(), test.clock.millis, -40)))
                .isFalse();
        assertThat(test.book.post(set, "p", test.clock.millis, tokens(5))).isTrue();
        assertThat(test.book.post(set, "p", test.clock.millis, tokens(5))).isFalse();
        assertThat(test.book.post(set, "old", yesterday, tokens(5))).isTrue();

        assertThat(test.standing(day).used()).isEqualTo(65);
    }

    @Test
    void theOldestIdsAreForgotten() {
        LimitSet set = set(Limit.block(KEY, Meter.COST, DAY, 1_000));
        for (int i = 0; i <= LimitBook.IDS_MAX; i++) {
            test.book.post(set, "p" + i, test.clock.millis, Amounts.NONE);
        }

        assertThat(test.book.post(set, "p1", test.clock.millis, Amounts.NONE)).isFalse();
        assertThat(test.book.post(set, "p0", test.clock.millis, Amounts.NONE)).isTrue();
    }

    @Test
    void idleAccountsAreDroppedAndMadeAnewFromTheBooks() {
        Limit minute = limit(KEY, Meter.TOKENS, Window.MINUTE, 100, Reserve.EXPECTED);
        Limit slots = Limit.block(KEY, Meter.CONCURRENCY, Window.IN_FLIGHT, 10);
        LimitSet set = set(minute, slots);
        Reservation open = test.reserved(set, 10);
        test.reserved(set, 10).settle(tokens(10));

        test.advance(Duration.ofMillis(LimitBook.IDLE_MILLIS));
        assertThat(test.book.dropIdle(10)).isZero();
        test.advance(Duration.ofMillis(1));
        assertThat(test.book.dropIdle(10)).isEqualTo(1);
        assertThat(test.book.accounts()).isEqualTo(1);
        open.settle(tokens(10));
        assertThat(test.book.dropIdle(10)).isEqualTo(1);
        assertThat(test.book.accounts()).isZero();

        test.books.add(KEY, test.clock.millis, tokens(95));
        assertThat(test.refused(set, 10)).extracting(Breach::used).isEqualTo(95L);
        test.reserved(set, 5).settle(tokens(5));
        assertThat(test.standing(minute).used()).isEqualTo(100);
    }

    @Test
    void accountsInWhichSomethingCountsAreKept() {
        Limit day = Limit.block(KEY, Meter.COST, DAY, 1_000);
        test.set("2026-03-10T01:00:00Z");
        test.reserved(set(day), 10).settle(tokens(10));

        test.set("2026-03-10T23:59:59Z");
        assertThat(test.book.dropIdle(10)).isZero();
        test.set("2026-03-11T00:00:00Z");
        assertThat(test.book.dropIdle(10)).isEqualTo(1);
    }
}
