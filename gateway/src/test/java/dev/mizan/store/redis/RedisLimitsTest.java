package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Refused;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Hold;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Balances.Adjustment;
import dev.mizan.limit.Breach;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One process and its limits in a real Redis. */
final class RedisLimitsTest {
    private static RedisServer server = RedisServer.start();

    private final FakeLedger ledger = new FakeLedger();
    private Limiter limiter = Limiter.open(server, ledger);
    private final Subject user = new Subject(Subject.Kind.USER, "u" + UUID.randomUUID());

    @BeforeAll
    static void check() {
        assertThat(server.command("PING")).isEqualTo("+PONG");
    }

    @BeforeEach
    void ready() {
        Limiter.get(limiter.limits.ready());
    }

    @AfterEach
    void close() {
        limiter.close();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whatIsReservedIsSettledToWhatWasUsed() {
        Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);

        Hold hold = limiter.hold(List.of(money), cost(600));

        assertThat(hold.standings()).singleElement().satisfies(one -> assertThat(one.reserved())
                .isEqualTo(600));
        assertThat(hold.windows()).containsExactly(money.account() + "@0");
        Limiter.get(hold.settle(cost(250)));
        Limiter.get(hold.settle(cost(900)));
        Limiter.get(hold.release());
        assertThat(limiter.standing(money)).isEqualTo(new Standing(money, 250, 0, 0, Long.MAX_VALUE));
    }

    @Test
    void whatIsReleasedCostsNothingButWasARequest() {
        Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
        Limit requests = Limit.block(user, Meter.REQUESTS, Window.LIFETIME, 10);
        Limit slots = Limit.block(user, Meter.CONCURRENCY, Window.IN_FLIGHT, 2);
        List<Limit> all = List.of(money, requests, slots);

        Hold hold = limiter.hold(all, cost(600));
        assertThat(limiter.standing(slots).reserved()).isEqualTo(1);
        Limiter.get(hold.release());

        assertThat(limiter.standing(money).used()).isZero();
        assertThat(limiter.standing(money).reserved()).isZero();
        assertThat(limiter.standing(requests).used()).isEqualTo(1);
        assertThat(limiter.standing(slots).reserved()).isZero();
    }

    @Test
    void aCallThatIsRefusedForMoneyWasARequestAndKeepsNoSlot() {
        Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 500);
        Limit requests = Limit.block(user, Meter.REQUESTS, Window.LIFETIME, 2);
        Limit slots = Limit.block(user, Meter.CONCURRENCY, Window.IN_FLIGHT, 1);
        List<Limit> all = List.of(money, requests, slots);

        assertThat(breach(limiter.reserve(all, "a" + user.id(), cost(501))))
                .isEqualTo(new Breach(money, 0, 0, 501, Long.MAX_VALUE, true));
        assertThat(breach(limiter.reserve(all, "b" + user.id(), cost(501))).limit())
                .isEqualTo(money);

        assertThat(breach(limiter.reserve(all, "c" + user.id(), cost(1))).limit())
                .isEqualTo(requests);
        assertThat(limiter.standing(requests).used()).isEqualTo(2);
        assertThat(limiter.standing(slots).reserved()).isZero();
    }

    @Test
    void limitsWithOneCounterAreCountedOnceAndTheSmallerCapBinds() {
        Limit plan = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
        Limit own = plan.withCap(700);

        limiter.hold(List.of(plan, own), cost(400));

        assertThat(limiter.standing(plan).reserved()).isEqualTo(400);
        assertThat(breach(limiter.reserve(List.of(plan, own), "x" + user.id(), cost(301))))
                .isEqualTo(new Breach(own, 0, 400, 301, Long.MAX_VALUE, false));
    }

    @Test
    void aLimitThatServesCountsAndNeverRefuses() {
        Limit block = Limit.block(user, Meter.COST, Window.LIFETIME, 100);
        Limit notify = new Limit(
                user, Meter.COST, Window.LIFETIME, 100, new AtCap.Notify(), Reserve.WORST_CASE, false, List.of(), "t");

        Limiter.get(limiter.hold(List.of(notify), cost(900)).settle(cost(900)));

        assertThat(limiter.standing(notify).used()).isEqualTo(900);
        assertThat(breach(limiter.reserve(List.of(block), "x" + user.id(), cost(1)))
                        .used())
                .isEqualTo(900);
    }

    @Test
    void theSameClaimTwiceIsHeldOnce() {
        Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);

        limiter.reserve(List.of(money), "same" + user.id(), cost(600));
        Decision again = limiter.reserve(List.of(money), "same" + user.id(), cost(600));

        assertThat(again).isInstanceOf(Reserved.class);
        assertThat(limiter.standing(money).reserved()).isEqualTo(600);
    }

    @Test
    void aHoldIsRaisedOrStaysAsItIs() {
        Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
        Limit slots = Limit.block(user, Meter.CONCURRENCY, Window.IN_FLIGHT, 1);
        Hold hold = limiter.hold(List.of(money, slots), cost(300));
        Claim more = new Claim(hold.id(), cost(700), cost(700));
        Claim tooMuch = new Claim(hold.id(), cost(601), cost(601));

        assertThat(Limiter.get(hold.raise(cost(300), more))).isEqualTo(new Reserved(hold));
        assertThat(limiter.standing(money).used()).isEqualTo(300);
        assertThat(limiter.standing(money).reserved()).isEqualTo(700);
        assertThat(breach(Limiter.get(hold.raise(cost(100), tooMuch))))
                .isEqualTo(new Breach(money, 400, 0, 601, Long.MAX_VALUE, false));
        assertThat(limiter.standing(money).reserved()).isEqualTo(700);
        assertThat(limiter.standing(slots).reserved()).isEqualTo(1);

        Limiter.get(hold.settle(cost(50)));
        assertThat(limiter.standing(money)).isEqualTo(new Standing(money, 350, 0, 0, Long.MAX_VALUE));
    }

    @Test
    void anAccountBeginsWithWhatTheBooksSay() {
        long now = System.currentTimeMillis();
        Window day = Window.day(ZoneId.of("Europe/Istanbul"));
        Limit lifetime = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
        Limit daily = Limit.block(user, Meter.COST, day, 1_000);
        Limit hourly = Limit.block(user, Meter.COST, Window.HOUR, 1_000);
        Limit weekly = Limit.block(
                user, Meter.COST, Window.parse("7d", ZoneId.of("UTC")).orElseThrow(), 1_000);
        ledger.line(now, cost(100), user);
        ledger.line(now - 2 * 86_400_000L, cost(10), user);
        ledger.line(now - 9 * 86_400_000L, cost(1), user);
        ledger.adjustment(new Adjustment("adj" + user.id(), daily.account(), now, -30));

        assertThat(limiter.standing(lifetime).used()).isEqualTo(111);
        assertThat(limiter.standing(daily).used()).isEqualTo(70);
        assertThat(limiter.standing(daily).startMillis()).isEqualTo(((Window.Calendar) day).startMillis(now));
        assertThat(limiter.standing(daily).resetsAtMillis()).isEqualTo(((Window.Calendar) day).endMillis(now));
        assertThat(limiter.standing(hourly).used()).isEqualTo(100);
        assertThat(limiter.standing(weekly).used()).isEqualTo(110);
        assertThat(breach(limiter.reserve(List.of(lifetime), "x" + user.id(), cost(890)))
                        .used())
                .isEqualTo(111);
    }

    @Test
    void anAdjustmentCountsOnce() {
        long now = System.currentTimeMillis();
        Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
        Adjustment first = new Adjustment("a" + user.id(), money.account(), now, -40);
        Adjustment second = new Adjustment("b" + user.id(), money.account(), now, 15);
        ledger.line(now, cost(100), user);

        // The account is read from books that have it.
        ledger.adjustment(first);
        Limiter.get(limiter.limits.adjust(money, first));
        assertThat(limiter.standing(money).used()).isEqualTo(60);
        Limiter.get(limiter.limits.adjust(money, first));
        assertThat(limiter.standing(money).used()).isEqualTo(60);

        ledger.adjustment(second);
        Limiter.get(limiter.limits.adjust(money, second));
        Limiter.get(limiter.limits.adjust(money, second));
        assertThat(limiter.standing(money).used()).isEqualTo(75);
    }

    @Test
    void adjustmentsMayComeToLessThanNothing() {
        long now = System.currentTimeMillis();
        Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
        Limiter.get(limiter.hold(List.of(money), cost(10)).settle(cost(10)));

        Limiter.get(limiter.limits.adjust(money, new Adjustment("a" + user.id(), money.account(), now, -40)));
        Limiter.get(limiter.hold(List.of(money), cost(8)).settle(cost(5)));

        assertThat(limiter.standing(money).used()).isEqualTo(-25);
    }

    @Test
    void aCorrectionIsPostedOnceInTheWindowOfItsCall() {
        long now = System.currentTimeMillis();
        Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
        Limit hourly = Limit.block(user, Meter.COST, Window.HOUR, 1_000);
        List<Limit> both = List.of(money, hourly);
        Limiter.get(limiter.hold(both, cost(100)).settle(cost(100)));

        Limiter.get(limiter.limits.post(limiter.limits.prepare(both), "p" + user.id(), 1, now - 7_200_000, cost(-60)));
        Limiter.get(limiter.limits.post(limiter.limits.prepare(both), "p" + user.id(), 1, now - 7_200_000, cost(-60)));

        assertThat(limiter.standing(money).used()).isEqualTo(40);
        assertThat(limiter.standing(hourly).used()).isEqualTo(100);
    }

    @Test
    void aSlidingWindowFreesWhatHasWhollyPassedAndSaysWhen() {
        Window second = Window.parse("1s", ZoneId.of("UTC")).orElseThrow();
        Limit requests = Limit.block(user, Meter.REQUESTS, second, 2);
        long first = limiter.hold(List.of(requests), cost(0)).admittedAtMillis();
        limiter.hold(List.of(requests), cost(0));

        Breach refused = breach(limiter.reserve(List.of(requests), "x" + user.id(), cost(0)));
        assertThat(refused.used()).isEqualTo(2);
        assertThat(refused.resetsAtMillis()).isBetween(first + 1_000, first + 1_017);

        List<Hold> admitted = new ArrayList<>();
        Limiter.until(() -> {
            Decision decision =
                    limiter.reserve(List.of(requests), UUID.randomUUID().toString(), cost(0));
            if (decision instanceof Reserved(Hold hold)) {
                admitted.add(hold);
            }
            return !admitted.isEmpty();
        });
        assertThat(admitted.getFirst().admittedAtMillis()).isBetween(refused.resetsAtMillis(), first + 1_500);
    }

    @Test
    void theHighestThresholdThatASettlementReachesIsTold() {
        List<Integer> told = Collections.synchronizedList(new ArrayList<>());
        Limit money = new Limit(
                user,
                Meter.COST,
                Window.LIFETIME,
                100,
                new AtCap.Block(),
                Reserve.WORST_CASE,
                false,
                List.of(50, 75, 90),
                "t");
        LimitWatcher watcher = (standing, percent) -> told.add(percent);
        try (Limiter watched =
                new Limiter(Limiter.QUICK.withUrl(server.url()), ledger, Backlog.NONE, Tenants.NONE, watcher)) {
            Limiter.get(watched.limits.ready());
            Limiter.get(watched.hold(List.of(money), cost(40)).settle(cost(40)));
            assertThat(told).isEmpty();
            Limiter.get(watched.hold(List.of(money), cost(40)).settle(cost(40)));
            Limiter.get(watched.hold(List.of(money), cost(5)).settle(cost(5)));
            Limiter.get(watched.hold(List.of(money), cost(5)).settle(cost(5)));
        }

        assertThat(told).containsExactly(75, 90);
    }

    @Test
    void allKeysEndSomeDay() {
        Limit money = Limit.block(user, Meter.COST, Window.month(ZoneId.of("UTC")), 1_000);
        Limit slots = Limit.block(user, Meter.CONCURRENCY, Window.IN_FLIGHT, 9);
        Limit minute = Limit.block(user, Meter.TOKENS, Window.MINUTE, 1_000);
        limiter.hold(List.of(money, slots, minute), cost(5));

        String without = "local n = 0 for _, k in ipairs(redis.call('KEYS', '*')) do"
                + " if redis.call('PTTL', k) < 0 then n = n + 1 end end return n";

        assertThat(server.command("EVAL", without, "0")).isEqualTo(":0");
    }

    private static Amounts cost(long nanoUsd) {
        return new Amounts(1, 0, 0, nanoUsd, nanoUsd, 0);
    }

    private static Breach breach(Decision decision) {
        assertThat(decision).isInstanceOf(Refused.class);
        return ((Refused) decision).breach();
    }
}
