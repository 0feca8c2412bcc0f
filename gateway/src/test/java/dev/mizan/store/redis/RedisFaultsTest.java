package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Reason;
import dev.mizan.admission.Decision.Refused;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Decision.Unavailable;
import dev.mizan.admission.Hold;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redis is wiped, frozen, killed, slow; processes vanish. */
final class RedisFaultsTest {
    /** A decision, its connection's end, and a busy machine. */
    private static final Duration BOUND = Duration.ofSeconds(3);

    private final RedisServer server = RedisServer.start();
    private final FakeLedger ledger = new FakeLedger();
    private final Subject user = new Subject(Subject.Kind.USER, "u1");
    private final Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
    private final Limit slots = Limit.block(user, Meter.CONCURRENCY, Window.IN_FLIGHT, 1);
    private final Limit rate = Limit.block(user, Meter.TOKENS, Window.MINUTE, 1_000);
    private final List<Limiter> open = new ArrayList<>();

    @AfterEach
    void stop() {
        open.forEach(Limiter::close);
        server.close();
    }

    @Test
    void aWipedRedisRefillsNoBudgetAndForgetsNoCallInFlight() {
        Limiter one = open();
        Limiter two = open();
        ledger.line(System.currentTimeMillis(), cost(100), user);
        Hold first = one.hold(List.of(money), cost(400));
        Hold second = two.hold(List.of(money, slots), cost(300));

        server.command("FLUSHALL");

        Limiter.until(() -> one.reserve(List.of(money), id(), cost(201)) instanceof Refused);
        assertThat(one.reserve(List.of(slots), id(), cost(0))).isInstanceOf(Refused.class);
        assertThat(one.standing(money).used()).isEqualTo(100);
        assertThat(one.standing(money).reserved()).isEqualTo(700);
        Limiter.get(first.settle(cost(400)));
        Limiter.get(second.settle(cost(10)));
        assertThat(two.standing(money).used()).isEqualTo(510);
        assertThat(two.standing(money).reserved()).isZero();
    }

    @Test
    void untilCountersAreMadeAnewWorstCaseLimitsAnswerThatAndOthersGoOn() {
        Limiter one = open();
        Hold before = one.hold(List.of(money, rate), tokens(10));
        // Whoever does not register holds the others up for as long as it is listed.
        server.command("FLUSHALL");
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(1)).equals(new Unavailable(Reason.REBUILDING)));

        Decision others = one.reserve(List.of(rate), id(), tokens(20));

        assertThat(others).isInstanceOf(Reserved.class);
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(0)) instanceof Reserved);
        assertThat(one.standing(rate).reserved()).isEqualTo(30);
        Limiter.get(((Reserved) others).hold().settle(tokens(25)));
        Limiter.get(before.settle(tokens(5)));
        assertThat(one.standing(rate).used()).isEqualTo(30);
        assertThat(one.standing(rate).reserved()).isZero();
    }

    @Test
    void callsThatGoOnMeanwhileDoNotKeepCountersFromBeingMadeAnew() {
        AtomicBoolean stopped = new AtomicBoolean();
        Limiter one = open();
        Hold strict = one.hold(List.of(money), cost(300));
        Limiter.get(one.limits.onLoop(() -> {
            for (int i = 0; i < 64; i++) {
                again(one, stopped);
            }
            return Future.succeededFuture();
        }));

        server.command("FLUSHALL");

        Limiter.until(() -> one.reserve(List.of(money), id(), cost(701)) instanceof Refused);
        stopped.set(true);
        assertThat(strict.isInForce()).isTrue();
    }

    @Test
    void aRestartedRedisIsLostEvenIfItKeptAnOlderState() {
        Limiter one = open();
        ledger.line(System.currentTimeMillis(), cost(100), user);
        one.hold(List.of(money), cost(300));
        server.command("SAVE");
        Hold unsaved = one.hold(List.of(money), cost(500));

        server.kill();
        server.resume();

        Limiter.until(() -> one.reserve(List.of(money), id(), cost(0)) instanceof Reserved);
        assertThat(one.standing(money).used()).isEqualTo(100);
        assertThat(one.standing(money).reserved()).isEqualTo(800);
        Limiter.get(unsaved.settle(cost(1)));
        assertThat(one.standing(money).used()).isEqualTo(101);
    }

    @Test
    void aFrozenRedisHoldsNobodyUpAndNothingIsCountedTwice() {
        Limiter one = open();
        Hold before = one.hold(List.of(money), cost(100));
        server.freeze();
        long began = System.nanoTime();

        assertThat(one.reserve(List.of(money), id(), cost(50))).isEqualTo(new Unavailable(Reason.UNREACHABLE));
        Limiter.get(before.settle(cost(70)));
        for (int i = 0; i < 1_000; i++) {
            assertThat(one.reserve(List.of(money), id(), cost(50))).isInstanceOf(Unavailable.class);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND);
        server.thaw();
        // What was refused in the meantime has left nothing behind, though Redis reads it only now.
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(1_001)) instanceof Refused);
        Limiter.until(() -> Limiter.get(one.limits.held()) == 0);
        Limiter.until(() -> one.standing(money).reserved() == 0);
        assertThat(one.standing(money).used()).isEqualTo(70);
    }

    @Test
    void aSettlementThatDoesNotReachRedisIsToldLaterOnce() {
        Limiter one = open();
        Hold hold = one.hold(List.of(money), cost(600));
        server.freeze();
        Limiter.get(hold.settle(cost(200)));
        server.thaw();

        Limiter.until(() -> Limiter.get(one.limits.held()) == 0);
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(1_001)) instanceof Refused);
        assertThat(one.standing(money).used()).isEqualTo(200);
        assertThat(one.standing(money).reserved()).isZero();
    }

    @Test
    void whileRedisIsAwayWorstCaseLimitsAreClosedUnlessTheyAreToBeOpen() {
        Limiter closed = open();
        RedisSettings quick = Limiter.QUICK.withUrl(server.url());
        Limiter opened = new Limiter(
                new RedisSettings(quick.url(), quick.timeout(), OnStoreFailure.OPEN, 1, quick.lease(), quick.beat()),
                ledger,
                Backlog.NONE,
                Tenants.NONE,
                LimitWatcher.NONE);
        open.add(opened);
        Limiter.get(opened.limits.ready());
        server.kill();

        Limiter.until(() -> closed.reserve(List.of(money), id(), cost(1)).equals(new Unavailable(Reason.UNREACHABLE)));
        assertThat(closed.reserve(List.of(rate), id(), tokens(1))).isInstanceOf(Reserved.class);
        Hold uncounted = opened.hold(List.of(money), cost(900));
        server.resume();

        Limiter.until(() -> closed.reserve(List.of(money), id(), cost(101)) instanceof Refused);
        Limiter.get(uncounted.settle(cost(900)));
        assertThat(closed.standing(money).used()).isEqualTo(900);
    }

    @Test
    void withoutTheBooksNothingIsAdmittedThatTheyMustKnow() {
        ledger.away(true);
        Limiter one = open();

        assertThat(one.reserve(List.of(money), id(), cost(1))).isEqualTo(new Unavailable(Reason.UNREACHABLE));

        ledger.away(false);
        assertThat(one.reserve(List.of(money), id(), cost(1))).isInstanceOf(Reserved.class);
    }

    @Test
    void aVanishedProcessLeavesItsSlotsAndKeepsItsMoneyUntilItIsSettled() {
        Limiter one = open();
        Limiter two = open();
        two.hold(List.of(money, slots), cost(400));
        assertThat(one.reserve(List.of(slots), id(), cost(0))).isInstanceOf(Refused.class);

        two.limits.close();

        Limiter.until(() -> one.reserve(List.of(slots), id(), cost(0)) instanceof Reserved);
        Limiter.until(() -> one.standing(money).used() == 400);
        assertThat(one.standing(money).reserved()).isZero();
        // The line that its journal brings into the books is less: counters are made anew of it.
        ledger.line(System.currentTimeMillis(), cost(150), user);
        Limiter.get(one.limits.rebuild(10_000));
        assertThat(one.standing(money).used()).isEqualTo(150);
    }

    @Test
    void aLeaseIsRenewedForAsLongAsItsProcessLives() {
        Limiter one = open();
        Limiter two = open();
        Hold hold = two.hold(List.of(money, slots), cost(400));
        long until = System.nanoTime() + 2 * Limiter.QUICK.lease().toNanos();

        Limiter.until(() -> {
            assertThat(one.reserve(List.of(slots), id(), cost(0))).isInstanceOf(Refused.class);
            return System.nanoTime() > until;
        });

        Limiter.get(hold.settle(cost(1)));
        assertThat(one.reserve(List.of(slots), id(), cost(0))).isInstanceOf(Reserved.class);
    }

    @Test
    void aProcessThatWasFrozenPastItsLeaseSettlesAllTheSame() {
        RedisSettings quick = Limiter.QUICK.withUrl(server.url());
        RedisSettings patient = new RedisSettings(
                quick.url(), quick.timeout(), quick.onStoreFailure(), 1, Duration.ofMinutes(10), quick.beat());
        Limiter one = new Limiter(patient, ledger, Backlog.NONE, Tenants.NONE, LimitWatcher.NONE);
        open.add(one);
        Limiter.get(one.limits.ready());
        Hold hold = one.hold(List.of(money), cost(400));
        // As if its lease had run out: the next beat finds it.
        server.command("ZADD", "mizan:{m}:l", "XX", "1", hold.id());
        Limiter.until(() -> one.standing(money).used() == 400);

        Limiter.get(hold.settle(cost(150)));

        assertThat(one.standing(money).used()).isEqualTo(150);
        assertThat(one.standing(money).reserved()).isZero();
    }

    @Test
    void whatWasSetAsideIsInForceOnlyWhileItsLeaseIsRenewed() {
        Limiter one = open();
        Hold strict = one.hold(List.of(money), cost(400));
        Hold lenient = one.hold(List.of(rate), tokens(10));
        long until = System.nanoTime() + 2 * Limiter.QUICK.lease().toNanos();
        Limiter.until(() -> {
            assertThat(strict.isInForce()).isTrue();
            return System.nanoTime() > until;
        });

        server.kill();

        Limiter.until(() -> !strict.isInForce());
        assertThat(lenient.isInForce()).isTrue();
        server.resume();
        Limiter.until(strict::isInForce);
    }

    @Test
    void aLineThatTheBooksHadWhenAnAccountWasReadCountsOnce() {
        Limiter one = open();
        Hold before = one.hold(List.of(money), cost(300));
        Hold within = one.hold(List.of(money), cost(200));
        Hold after = one.hold(List.of(money), cost(100));
        // All are in flight as far as the counters know; two have their lines.
        before.booked(ledger.line(one.instance, System.currentTimeMillis(), cost(150), user), cost(150));
        long place = ledger.line(one.instance, System.currentTimeMillis(), cost(20), user);
        server.command("FLUSHALL");
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(0)) instanceof Reserved);
        assertThat(one.standing(money).used()).isEqualTo(170);
        within.booked(place, cost(20));
        after.booked(ledger.line(one.instance, System.currentTimeMillis(), cost(3), user), cost(3));

        Limiter.get(before.settle(cost(150)));
        Limiter.get(within.settle(cost(20)));
        Limiter.get(after.settle(cost(3)));

        assertThat(one.standing(money).used()).isEqualTo(173);
        assertThat(one.standing(money).reserved()).isZero();
    }

    @Test
    void whatHasEndedIsCountedAnewUntilTheBooksHaveIt() {
        LaggingBacklog backlog = new LaggingBacklog(0);
        Limiter one =
                new Limiter(Limiter.QUICK.withUrl(server.url()), ledger, backlog, Tenants.NONE, LimitWatcher.NONE);
        open.add(one);
        Limiter.get(one.limits.ready());
        Hold hold = one.hold(List.of(money), cost(400));
        hold.booked(1, cost(150));
        Limiter.get(hold.settle(cost(150)));

        server.command("FLUSHALL");
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(851)) instanceof Refused);
        assertThat(one.standing(money).used()).isEqualTo(150);

        backlog.isWrittenTo(ledger.line(one.instance, System.currentTimeMillis(), cost(150), user));
        server.command("FLUSHALL");
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(851)) instanceof Refused);
        assertThat(one.standing(money).used()).isEqualTo(150);
    }

    @Test
    void countersThatAreMadeAnewWaitForAProcessThatVanishedButNotForOneThatEnded() {
        Limiter ended = Limiter.patient(server, ledger);
        Limiter two = Limiter.patient(server, ledger);
        ended.close();
        Limiter one = Limiter.patient(server, ledger);
        open.add(one);
        two.hold(List.of(money), cost(400));
        two.vanish();
        long until = System.nanoTime() + 20 * Limiter.QUICK.beat().toNanos();

        server.command("FLUSHALL");

        Limiter.until(() -> one.reserve(List.of(money), id(), cost(601)) instanceof Unavailable);
        Limiter.until(() -> {
            assertThat(one.reserve(List.of(money), id(), cost(601))).isInstanceOf(Unavailable.class);
            return System.nanoTime() > until;
        });
        // It starts again; its journal has told the books what it cost.
        ledger.line(System.currentTimeMillis(), cost(400), user);
        open.add(Limiter.patient(two.instance, server, ledger));
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(601)) instanceof Refused);
        assertThat(one.standing(money).used()).isEqualTo(400);
    }

    @Test
    void linesOfAKilledProcessAreInTheBooksBeforeCountersAreMadeAnewOfThem() {
        Limiter one = open();
        one.hold(List.of(money), cost(100));
        LaggingBacklog backlog = new LaggingBacklog(0);
        backlog.fills();
        Limiter killed = Limiter.replaying(server, ledger, backlog);
        open.add(killed);
        long until = System.nanoTime() + 20 * Limiter.QUICK.beat().toNanos();

        Limiter.until(() -> {
            assertThat(one.reserve(List.of(money), id(), cost(0))).isInstanceOf(Reserved.class);
            return System.nanoTime() > until;
        });
        assertThat(one.standing(money).used()).isZero();
        ledger.line(System.currentTimeMillis(), cost(400), user);
        backlog.empties(killed);

        Limiter.until(() -> one.standing(money).used() == 400);
        assertThat(one.standing(money).reserved()).isEqualTo(100);
    }

    @Test
    void scriptsThatRedisForgotAreSentAgain() {
        Limiter one = open();
        server.command("SCRIPT", "FLUSH");

        assertThat(one.reserve(List.of(money), id(), cost(1))).isInstanceOf(Reserved.class);
    }

    /** Calls under limits that others need not wait for, each as soon as the one before it is decided. */
    private void again(Limiter limiter, AtomicBoolean stopped) {
        limiter.limits
                .reserve(limiter.limits.prepare(List.of(rate)), new Claim(id(), tokens(0), tokens(0)))
                .onComplete(decided -> {
                    if (!stopped.get()) {
                        limiter.vertx.setTimer(1, timer -> again(limiter, stopped));
                    }
                });
    }

    private Limiter open() {
        Limiter limiter = Limiter.open(server, ledger);
        open.add(limiter);
        return limiter;
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static Amounts cost(long nanoUsd) {
        return new Amounts(1, 0, 0, nanoUsd, nanoUsd, 0);
    }

    private static Amounts tokens(long tokens) {
        return new Amounts(1, tokens, 0, 0, 0, 0);
    }
}
