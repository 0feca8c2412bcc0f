package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Reason;
import dev.mizan.admission.Decision.Refused;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Decision.Unavailable;
import dev.mizan.admission.Hold;
import dev.mizan.admission.LimitStore;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances.Adjustment;
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
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counters are made anew from the books while lines get there and calls end: each call counts once. */
final class RedisEpochsTest {
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Duration BEAT = Duration.ofMillis(50);
    private static final Duration SLOW_BEAT = Duration.ofSeconds(2);

    private final RedisServer server = RedisServer.start();
    private final FakeLedger ledger = new FakeLedger();
    private final Subject user = new Subject(Subject.Kind.USER, "u1");
    private final Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
    private final List<Limiter> open = new ArrayList<>();
    private final LaggingBacklog backlog = new LaggingBacklog(0);

    @AfterEach
    void stop() {
        open.forEach(Limiter::close);
        server.close();
    }

    @Test
    void aLineThatTheBooksGotBeforeItsProcessHeardThatCountersWereMadeAnewCounts() {
        Limiter other = Limiter.patient(server, ledger);
        open.add(other);
        Limiter one = open(Duration.ofSeconds(10), SLOW_BEAT);
        aCallEndsAndAnotherIsInFlight(one, other);

        // Until its next beat it hears of it only when it asks for something.
        untilBeat(one);
        server.command("FLUSHALL");
        // The other reads the books, for what it holds.
        Limiter.until(this::hasAccount);
        theBooksGetTheLine(one);

        assertThatBothCount(one);
    }

    @Test
    void aLineThatTheBooksGotBeforeItsProcessToldTheNewCountersOfItCounts() {
        Limiter other = Limiter.patient(server, ledger);
        open.add(other);
        Limiter one = open(Duration.ofSeconds(10), BEAT);
        aCallEndsAndAnotherIsInFlight(one, other);
        backlog.fills();

        server.command("FLUSHALL");
        Limiter.until(() -> backlog.isAwaited() && hasAccount());
        theBooksGetTheLine(one);
        untilBeat(one);
        untilBeat(one);
        backlog.empties(one);

        assertThatBothCount(one);
    }

    @Test
    void aLineThatTheBooksGotBeforeItsProcessEndedInOrderCounts() {
        Limiter other = Limiter.patient(server, ledger);
        open.add(other);
        Limiter one = open(Duration.ofSeconds(10), SLOW_BEAT);
        aCallEndsAndAnotherIsInFlight(one, other);
        untilBeat(one);
        server.command("FLUSHALL");
        Limiter.until(this::hasAccount);

        theBooksGetTheLine(one);
        open.remove(one);
        one.close();

        assertThatBothCount(other);
    }

    @Test
    void aLineThatTheBooksGotWhileAnotherReadThemCounts() {
        Limiter one = open(Duration.ofSeconds(10), BEAT);
        Limiter other = Limiter.patient(server, ledger);
        open.add(other);
        aCallEndsAndAnotherIsInFlight(one, other);
        CountDownLatch said = new CountDownLatch(1);
        ledger.readsSlowly(said);
        backlog.fills();

        server.command("FLUSHALL");
        Limiter.until(ledger::hasReadSlowly);
        theBooksGetTheLine(one);
        backlog.empties(one);
        Limiter.until(
                () -> server.command("SISMEMBER", "mizan:{m}:d", one.instance).equals(":1"));
        said.countDown();

        assertThatBothCount(one);
    }

    @Test
    void aCallThatEndsWhileItIsMadeKnownIsHeldNoLonger() {
        Limiter one = open(Duration.ofMillis(250), BEAT);
        Limiter other = Limiter.patient(server, ledger);
        open.add(other);
        Hold hold = one.hold(List.of(money), cost(400));
        other.hold(List.of(money), cost(100));
        backlog.fills();
        server.command("FLUSHALL");
        Limiter.until(() -> backlog.isAwaited() && hasAccount());

        // It is told of the call, but nobody hears the answer.
        server.freeze();
        backlog.empties(one);
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(1)).equals(new Unavailable(Reason.UNREACHABLE)));
        Limiter.get(hold.settle(cost(150)));
        server.thaw();

        Limiter.until(() -> Limiter.get(one.limits.held()) == 0);
        assertThat(one.standing(money).used()).isEqualTo(150);
        assertThat(one.standing(money).reserved()).isEqualTo(100);
    }

    @Test
    void aCallThatIsNotDecidedYetIsNotMadeKnown() {
        Limiter other = Limiter.patient(server, ledger);
        open.add(other);
        Limiter one = open(Duration.ofSeconds(10), SLOW_BEAT);
        untilBeat(one);
        String before = epoch();
        Future<Void> anew = other.limits.rebuild(10_000);
        Limiter.until(() -> !epoch().equals(before));
        server.freeze();
        // It beats, and asks for the call before it hears that counters are made anew.
        long until = System.nanoTime() + 2 * SLOW_BEAT.toNanos();
        Limiter.until(() -> System.nanoTime() > until);
        Future<Decision> decision = one.limits.reserve(one.limits.prepare(List.of(money)), claim(cost(400)));
        server.thaw();

        assertThat(Limiter.get(decision)).isInstanceOf(Unavailable.class);
        Limiter.get(anew);
        assertThat(one.standing(money).reserved()).isZero();
        assertThat(one.standing(money).used()).isZero();
    }

    @Test
    void aCorrectionCountsOnceWhetherTheBooksHadItOrNot() {
        Limiter one = open(Duration.ofSeconds(10), BEAT);
        LimitStore.Prepared limits = one.limits.prepare(List.of(money));
        long now = System.currentTimeMillis();
        ledger.line(now, cost(500), user);
        // The account is made of books that have this one, though their process says only then what it is.
        long place = ledger.line(one.instance, now, cost(-70), user);
        assertThat(one.standing(money).used()).isEqualTo(430);
        Limiter.get(one.limits.post(limits, "had", place, now, cost(-70)));
        assertThat(one.standing(money).used()).isEqualTo(430);
        Limiter.get(one.limits.post(limits, "has not", place + 1, now, cost(-30)));
        Limiter.get(one.limits.post(limits, "has not", place + 1, now, cost(-30)));
        assertThat(one.standing(money).used()).isEqualTo(400);

        server.command("FLUSHALL");
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(601)) instanceof Refused);
        assertThat(one.standing(money).used()).isEqualTo(400);
        backlog.isWrittenTo(ledger.line(one.instance, now, cost(-30), user));
        server.command("FLUSHALL");
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(601)) instanceof Refused);
        assertThat(one.standing(money).used()).isEqualTo(400);
    }

    @Test
    void anAdjustmentThatIsMadeWhileAnotherReadsTheBooksCountsOnce() {
        Limiter one = open(Duration.ofSeconds(10), BEAT);
        Limiter other = Limiter.patient(server, ledger);
        open.add(other);
        long now = System.currentTimeMillis();
        ledger.line(now, cost(500), user);
        Adjustment reset = new Adjustment("reset", money.account(), now, -500);
        CountDownLatch said = new CountDownLatch(1);
        ledger.readsSlowly(said);

        Future<Decision> slow = other.limits.reserve(other.limits.prepare(List.of(money)), claim(cost(10)));
        Limiter.until(ledger::hasReadSlowly);
        ledger.adjustment(reset);
        Limiter.get(one.limits.adjust(money, reset));
        said.countDown();

        assertThat(Limiter.get(slow)).isInstanceOf(Reserved.class);
        assertThat(one.standing(money).used()).isZero();
        assertThat(one.standing(money).reserved()).isEqualTo(10);
    }

    @Test
    void anAdjustmentThatCountersWereLostForCountsInTheNext() {
        Limiter other = Limiter.patient(server, ledger);
        open.add(other);
        Limiter one = open(Duration.ofSeconds(10), SLOW_BEAT);
        long now = System.currentTimeMillis();
        ledger.line(now, cost(500), user);
        other.hold(List.of(money), cost(100));
        untilBeat(one);
        server.command("FLUSHALL");
        Limiter.until(this::hasAccount);

        // The new counters read the books before it was there.
        Adjustment reset = new Adjustment("reset", money.account(), now, -500);
        ledger.adjustment(reset);
        Limiter.get(one.limits.adjust(money, reset));

        Limiter.until(() -> one.standing(money).used() == 0);
        assertThat(one.standing(money).reserved()).isEqualTo(100);
    }

    /** A call of {@code one} has ended, whose line is in its journal only; one of {@code other} goes on. */
    private void aCallEndsAndAnotherIsInFlight(Limiter one, Limiter other) {
        Hold hold = one.hold(List.of(money), cost(400));
        hold.booked(1, cost(150));
        Limiter.get(hold.settle(cost(150)));
        other.hold(List.of(money), cost(100));
    }

    private void theBooksGetTheLine(Limiter one) {
        backlog.isWrittenTo(ledger.line(one.instance, System.currentTimeMillis(), cost(150), user));
    }

    private void assertThatBothCount(Limiter limiter) {
        Limiter.until(() -> limiter.reserve(List.of(money), id(), cost(751)) instanceof Refused);
        assertThat(limiter.standing(money).used()).isEqualTo(150);
        assertThat(limiter.standing(money).reserved()).isEqualTo(100);
    }

    /** Waits until {@code limiter} has told that it lives. */
    private void untilBeat(Limiter limiter) {
        String lives = lives(limiter);
        Limiter.until(() -> !lives(limiter).equals(lives));
    }

    private String lives(Limiter limiter) {
        return server.command(
                "EVAL",
                "return tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]))",
                "1",
                "mizan:{m}:p",
                limiter.instance);
    }

    private String epoch() {
        return server.command("EVAL", "return tonumber(redis.call('HGET', KEYS[1], 'n'))", "1", "mizan:{m}:h");
    }

    private boolean hasAccount() {
        return server.command("EVAL", "return redis.call('KEYS', 'mizan:{m}:a:*')[1] and 1 or 0", "0")
                .equals(":1");
    }

    /** A process with {@link #backlog} whose leases do not run out. */
    private Limiter open(Duration timeout, Duration beat) {
        RedisSettings settings = new RedisSettings(server.url(), timeout, OnStoreFailure.CLOSED, 1, LEASE, beat);
        Limiter limiter = new Limiter(settings, ledger, backlog, Tenants.NONE, LimitWatcher.NONE);
        open.add(limiter);
        Limiter.get(limiter.limits.ready());
        return limiter;
    }

    private static Claim claim(Amounts bound) {
        return new Claim(id(), bound, bound);
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static Amounts cost(long nanoUsd) {
        return new Amounts(1, 0, 0, nanoUsd, nanoUsd, 0);
    }
}
