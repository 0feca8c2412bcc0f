package dev.mizan.limit;

import static dev.mizan.limit.TestBook.KEY;
import static dev.mizan.limit.TestBook.TENANT;
import static dev.mizan.limit.TestBook.at;
import static dev.mizan.limit.TestBook.limit;
import static dev.mizan.limit.TestBook.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitBookTest {
    private static final Window DAY = Window.day(ZoneOffset.UTC);
    private static final long MIDNIGHT = at("2026-03-11T00:00:00Z");

    private final TestBook test = new TestBook("2026-03-10T12:00:00Z");

    private LimitSet set(Limit... limits) {
        return test.book.prepare(List.of(limits));
    }

    @Test
    void whatFitsIsSetAsideAndSettledToWhatWasUsed() {
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 1_000);

        Reservation reservation = test.reserved(set(cost), 600);
        assertThat(test.standing(cost).reserved()).isEqualTo(600);
        assertThat(reservation.settle(tokens(250))).isTrue();

        assertThat(test.standing(cost)).isEqualTo(new Standing(cost, 250, 0, at("2026-03-10T00:00:00Z"), MIDNIGHT));
    }

    @Test
    void aWorstCaseThatDoesNotFitIsRefusedWithItsFigures() {
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 1_000);
        test.reserved(set(cost), 300).settle(tokens(100));
        test.reserved(set(cost), 500);

        Breach breach = test.refused(set(cost), 401);

        assertThat(breach).isEqualTo(new Breach(cost, 100, 500, 401, MIDNIGHT, false));
        assertThat(breach.available()).isEqualTo(400);
        test.reserved(set(cost), 400);
    }

    @Test
    void aWorstCaseBeyondTheCapItselfNeverFits() {
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 1_000);

        assertThat(test.refused(set(cost), 1_001)).isEqualTo(new Breach(cost, 0, 0, 1_001, Long.MAX_VALUE, true));
    }

    @Test
    void anAllOrNothingRefusalSetsNothingAsideOnTheOthers() {
        Limit key = Limit.block(KEY, Meter.COST, DAY, 1_000);
        Limit tenant = Limit.block(TENANT, Meter.COST, DAY, 100);

        test.refused(set(key, tenant), 101);

        assertThat(test.standing(key).reserved()).isZero();
        assertThat(test.standing(tenant).reserved()).isZero();
    }

    @Test
    void oneExpectedCallLargerThanTheCapIsAdmittedAndTheNextWaitsUntilItHasLeft() {
        Limit rate = limit(KEY, Meter.TOKENS, Window.MINUTE, 833, Reserve.EXPECTED);

        test.reserved(set(rate), 1_000).settle(tokens(1_000));
        Breach breach = test.refused(set(rate), 10);
        assertThat(breach).isEqualTo(new Breach(rate, 1_000, 0, 10, at("2026-03-10T12:01:01Z"), false));

        test.clock.millis = breach.resetsAtMillis() - 1;
        test.refused(set(rate), 10);
        test.clock.millis = breach.resetsAtMillis();
        test.reserved(set(rate), 10);
    }

    @Test
    void expectedSetsAsideWhatIsUsualAndPaysOffWhatWasMore() {
        Limit rate = limit(KEY, Meter.TOKENS, Window.MINUTE, 1_000, Reserve.EXPECTED);

        Reservation first = test.reserved(set(rate), test.claim(5_000, 400));
        Reservation second = test.reserved(set(rate), test.claim(5_000, 600));
        test.refused(set(rate), test.claim(5_000, 1));
        first.settle(tokens(5_000));
        second.settle(tokens(10));

        assertThat(test.standing(rate).used()).isEqualTo(5_010);
        assertThat(test.refused(set(rate), test.claim(1, 0)).used()).isEqualTo(5_010);
    }

    @Test
    void ofACapOfNothingNothingFits() {
        assertThat(test.refused(set(limit(KEY, Meter.TOKENS, Window.MINUTE, 0, Reserve.EXPECTED)), 1)
                        .never())
                .isTrue();
        assertThat(test.refused(set(limit(KEY, Meter.COST, DAY, 0, Reserve.NONE)), 1)
                        .never())
                .isTrue();
        assertThat(test.refused(set(Limit.block(KEY, Meter.REQUESTS, DAY, 0)), 1)
                        .never())
                .isTrue();
    }

    @Test
    void withoutReservingCallsAreRefusedOnceTheCapIsReached() {
        Limit cost = limit(KEY, Meter.COST, DAY, 100, Reserve.NONE);

        Reservation first = test.reserved(set(cost), 5_000);
        test.reserved(set(cost), 5_000).settle(tokens(99));
        test.reserved(set(cost), 5_000).release();
        first.settle(tokens(1));

        assertThat(test.refused(set(cost), 1)).isEqualTo(new Breach(cost, 100, 0, 1, MIDNIGHT, false));
    }

    @Test
    void whatServesIsCountedAndNeverRefuses() {
        AtCap overage = new AtCap.Overage(new BigDecimal("0.0001"), "TRY", new BigDecimal(38));
        Limit tokens =
                new Limit(KEY, Meter.TOKENS, DAY, 10, overage, Reserve.WORST_CASE, false, List.of(), "configuration");
        Limit notify = new Limit(
                KEY, Meter.COST, DAY, 10, new AtCap.Notify(), Reserve.WORST_CASE, false, List.of(), "configuration");

        test.reserved(set(tokens, notify), 500).settle(tokens(400));

        assertThat(test.standing(tokens).used()).isEqualTo(400);
        assertThat(test.standing(notify).used()).isEqualTo(400);
    }

    @Test
    void whatCostsNothingFitsABudgetEvenAboveItsCap() {
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 100);
        test.reserved(set(cost), 90).settle(tokens(130));

        assertThat(test.refused(set(cost), 1).used()).isEqualTo(130);
        test.reserved(set(cost), 0).settle(tokens(0));
    }

    @Test
    void latestStandingsAreThoseOfTheWindowsThatItIsSettledIn() {
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 100);
        Reservation open = test.reserved(set(cost), 40);
        test.reserved(set(cost), 20).settle(tokens(15));

        assertThat(open.standings()).singleElement().satisfies(stood -> {
            assertThat(stood.used()).isZero();
            assertThat(stood.reserved()).isEqualTo(40);
        });
        assertThat(open.latest()).singleElement().satisfies(stands -> {
            assertThat(stands.used()).isEqualTo(15);
            assertThat(stands.reserved()).isEqualTo(40);
        });
    }

    @Test
    void aRaiseThatIsRefusedForWhatItPostsSaysWhenTheWindowEnds() {
        Limit tokens = limit(KEY, Meter.COST, DAY, 8, Reserve.NONE);
        Reservation open = test.reserved(set(tokens), 1);

        Outcome outcome = open.raise(tokens(14), test.claim(1, 1));

        assertThat(outcome).isEqualTo(new Outcome.Refused(new Breach(tokens, 14, 0, 1, MIDNIGHT, false)));
    }

    @Test
    void degradeRefusesLikeBlock() {
        Limit cost = new Limit(
                KEY, Meter.COST, DAY, 10, new AtCap.Degrade("small"), Reserve.WORST_CASE, false, List.of(), "plan");

        assertThat(test.refused(set(cost), 11).limit().atCap()).isEqualTo(new AtCap.Degrade("small"));
    }

    @Test
    void aCallRefusedForMoneyStaysCountedAsARequestAndKeepsNoSlot() {
        Limit requests = Limit.block(KEY, Meter.REQUESTS, Window.MINUTE, 5);
        Limit slots = Limit.block(KEY, Meter.CONCURRENCY, Window.IN_FLIGHT, 1);
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 10);

        assertThat(test.refused(set(cost, slots, requests), 11).limit()).isEqualTo(cost);

        assertThat(test.standing(requests).used()).isEqualTo(1);
        assertThat(test.standing(slots).reserved()).isZero();
    }

    @Test
    void gatesComeFirstAndOfThoseTheOneThatResetsLast() {
        Limit slots = Limit.block(KEY, Meter.CONCURRENCY, Window.IN_FLIGHT, 1);
        Limit minute = Limit.block(KEY, Meter.REQUESTS, Window.MINUTE, 1);
        Limit day = Limit.block(KEY, Meter.REQUESTS, DAY, 1);
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 10);
        LimitSet all = set(cost, slots, minute, day);
        Reservation first = test.reserved(all, 10);

        assertThat(all.limits()).containsExactly(slots, minute, day, cost);
        assertThat(test.refused(all, 10)).isEqualTo(new Breach(day, 1, 0, 1, MIDNIGHT, false));
        assertThat(test.refused(set(slots, cost), 10)).isEqualTo(new Breach(slots, 0, 1, 1, Long.MAX_VALUE, false));
        first.settle(tokens(1));
        assertThat(test.standing(slots).reserved()).isZero();
        assertThat(test.standing(day).used()).isEqualTo(1);
    }

    @Test
    void ofSeveralAmountsTheOneThatResetsLastIsNamed() {
        Limit minute = limit(KEY, Meter.TOKENS, Window.MINUTE, 10, Reserve.WORST_CASE);
        Limit life = limit(TENANT, Meter.COST, Window.LIFETIME, 10, Reserve.WORST_CASE);
        Limit day = limit(KEY, Meter.COST, DAY, 10, Reserve.WORST_CASE);
        test.reserved(set(minute, day), 10).settle(tokens(10));

        assertThat(test.refused(set(minute, day), 1).limit()).isEqualTo(day);
        test.reserved(set(life), 10);
        assertThat(test.refused(set(minute, life, day), 1))
                .isEqualTo(new Breach(life, 0, 10, 1, Long.MAX_VALUE, false));
    }

    @Test
    void limitsOfOneAccountShareItsCounterAndTheSmallerCapBinds() {
        Limit own = Limit.block(KEY, Meter.COST, DAY, 100);
        LimitSet both = set(own.withCap(500), own);

        test.reserved(both, 100);

        assertThat(test.standing(own).reserved()).isEqualTo(100);
        assertThat(test.refused(both, 1).limit().cap()).isEqualTo(100);
    }

    @Test
    void moreThanReservedIsPostedAndBlocksUntilItIsPaidOff() {
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 100);

        test.reserved(set(cost), 50).settle(tokens(170));

        assertThat(test.refused(set(cost), 1)).isEqualTo(new Breach(cost, 170, 0, 1, MIDNIGHT, false));
        test.set("2026-03-11T00:00:00Z");
        test.reserved(set(cost), 100);
    }

    @Test
    void aReservationEndsOnce() {
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 100);
        Reservation reservation = test.reserved(set(cost), 50);

        assertThat(reservation.settle(tokens(20))).isTrue();
        assertThat(reservation.settle(tokens(20))).isFalse();
        assertThat(reservation.release()).isFalse();
        assertThat(test.standing(cost).used()).isEqualTo(20);
        assertThatThrownBy(() -> reservation.raise(Amounts.NONE, test.claim(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has ended");
    }

    @Test
    void whatIsReleasedIsFreeButStaysARequest() {
        Limit requests = Limit.block(KEY, Meter.REQUESTS, DAY, 10);
        Limit slots = Limit.block(KEY, Meter.CONCURRENCY, Window.IN_FLIGHT, 1);
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 100);

        assertThat(test.reserved(set(requests, slots, cost), 50).release()).isTrue();

        assertThat(test.standing(cost))
                .extracting(Standing::used, Standing::reserved)
                .containsExactly(0L, 0L);
        assertThat(test.standing(slots).reserved()).isZero();
        assertThat(test.standing(requests).used()).isEqualTo(1);
    }

    @Test
    void aRaisePostsWhatAnAttemptUsedAndHoldsWhatMayFollow() {
        Limit requests = Limit.block(KEY, Meter.REQUESTS, DAY, 10);
        Limit slots = Limit.block(KEY, Meter.CONCURRENCY, Window.IN_FLIGHT, 1);
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 100);
        Reservation reservation = test.reserved(set(requests, slots, cost), 50);

        assertThat(reservation.raise(tokens(50), test.claim(50))).isEqualTo(new Outcome.Reserved(reservation));
        assertThat(test.standing(cost))
                .extracting(Standing::used, Standing::reserved)
                .containsExactly(50L, 50L);
        assertThat(reservation.raise(tokens(50), test.claim(1)))
                .isEqualTo(new Outcome.Refused(new Breach(cost, 100, 0, 1, MIDNIGHT, false)));
        assertThat(test.standing(cost))
                .extracting(Standing::used, Standing::reserved)
                .containsExactly(50L, 50L);

        reservation.settle(tokens(20));
        assertThat(test.standing(cost))
                .extracting(Standing::used, Standing::reserved)
                .containsExactly(70L, 0L);
        assertThat(test.standing(requests).used()).isEqualTo(1);
        assertThat(test.standing(slots).reserved()).isZero();
    }

    @Test
    void thresholdsAreToldOfOncePerWindowTheHighestAlone() {
        Limit cost = new Limit(
                KEY,
                Meter.COST,
                DAY,
                1_000,
                new AtCap.Block(),
                Reserve.WORST_CASE,
                false,
                List.of(50, 80, 100),
                "plan");
        LimitSet limits = set(cost);
        LimitSet again = set(cost);

        test.reserved(limits, 499).settle(tokens(499));
        assertThat(test.told).isEmpty();
        test.reserved(limits, 350).settle(tokens(350));
        test.reserved(again, 50).settle(tokens(50));
        assertThat(test.told).containsExactly(new TestBook.Told(cost, 849, 80));
        test.reserved(again, 100).settle(tokens(500));
        assertThat(test.told).hasSize(2).last().isEqualTo(new TestBook.Told(cost, 1_399, 100));

        test.advance(Duration.ofDays(1));
        test.reserved(limits, 500).settle(tokens(500));
        assertThat(test.told).hasSize(3).last().isEqualTo(new TestBook.Told(cost, 500, 50));
    }

    @Test
    void amountsBelowNothingAreRefused() {
        LimitSet limits = set(Limit.block(KEY, Meter.COST, DAY, 1_000));
        Amounts negative = new Amounts(1, 0, 0, 0, -1, 0);

        assertThatThrownBy(() -> test.book.reserve(limits, new Claim("c", negative, Amounts.NONE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> test.reserved(limits, 1).settle(negative))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBoundBeyondAllNumbersIsRefusedAndNotWrappedAround() {
        LimitSet limits = set(Limit.block(KEY, Meter.COST, DAY, Limit.CAP_MAX));

        assertThat(test.refused(limits, Long.MAX_VALUE).never()).isTrue();
    }

    @Test
    void patternsCanNotBePrepared() {
        Limit pattern = Limit.block(new Subject(Subject.Kind.KEY, Subject.ANY), Meter.COST, DAY, 1);

        assertThatThrownBy(() -> set(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void windowsAreNamedByAccountAndStart() {
        Limit cost = Limit.block(KEY, Meter.COST, DAY, 100);
        Limit rate = Limit.block(KEY, Meter.REQUESTS, Window.MINUTE, 100);
        test.set("2026-03-10T12:00:07.500Z");

        assertThat(test.reserved(set(cost, rate), 1).windows())
                .containsExactly(
                        rate.account() + "@" + at("2026-03-10T12:00:07Z"),
                        cost.account() + "@" + at("2026-03-10T00:00:00Z"));
    }
}
