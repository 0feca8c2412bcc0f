package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Reason;
import dev.mizan.admission.Decision.Refused;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Decision.Unavailable;
import dev.mizan.admission.Hold;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code on_store_failure: local}: while Redis is away, what was leased before can be spent, and no more. */
final class RedisLocalTest {
    private static final Duration LONG_LEASE = Duration.ofMinutes(50);
    private static final Duration SHORT_LEASE = Duration.ofSeconds(1);
    private static final String WHOLE = "on >secret ~* &* +@all";

    // Each process is a user of Redis, so that one alone can be cut off.
    private final RedisServer server = RedisServer.start(users());
    private final FakeLedger ledger = new FakeLedger();
    private final Subject user = new Subject(Subject.Kind.USER, "u1");
    private final Limit money = Limit.block(user, Meter.COST, Window.LIFETIME, 1_000);
    private final Limit everybody = Limit.block(Subject.GLOBAL, Meter.COST, Window.LIFETIME, 500);
    private final List<Limiter> open = new ArrayList<>();
    private final AtomicLong aheadNanos = new AtomicLong();

    private static String[] users() {
        return ("--user one " + WHOLE + " --user two " + WHOLE).split(" ");
    }

    @AfterEach
    void stop() {
        open.forEach(Limiter::close);
        server.close();
    }

    @Test
    void whileRedisIsAwayAChunkCanBeSpentAndNoMore() {
        Limiter one = open("one", LONG_LEASE);
        Hold before = leased(one, List.of(money), 100);
        server.kill();

        Hold first = untilAdmitted(one, List.of(money), 60);
        assertThat(one.reserve(List.of(money), id(), cost(41))).isEqualTo(new Unavailable(Reason.UNREACHABLE));
        Hold second = one.hold(List.of(money), cost(40));
        assertThat(one.reserve(List.of(money), id(), cost(1))).isEqualTo(new Unavailable(Reason.UNREACHABLE));
        assertThat(first.isInForce()).isTrue();
        // What a call has not cost can be spent; what it has cost can't.
        end(one, first, 50);
        assertThat(one.reserve(List.of(money), id(), cost(11))).isInstanceOf(Unavailable.class);
        Limiter.get(one.hold(List.of(money), cost(10)).release());
        Hold third = one.hold(List.of(money), cost(10));

        server.resume();

        Limiter.until(() -> one.reserve(List.of(money), id(), cost(1_001)) instanceof Refused);
        assertThat(one.standing(money).used()).isEqualTo(50);
        end(one, before, 5);
        end(one, second, 0);
        end(one, third, 10);
        assertThat(third.isInForce()).isTrue();
        // What was drawn from is given back, and another is leased.
        Limiter.until(() -> one.standing(money).reserved() == 100);
        assertThat(one.standing(money).used()).isEqualTo(65);
    }

    @Test
    void aCallIsAdmittedFromTheChunksOfAllItsLimitsOrFromNone() {
        Limiter one = open("one", LONG_LEASE);
        end(one, leased(one, List.of(money, everybody), 100), 0);
        Limiter.until(() -> one.standing(everybody).reserved() == 50);
        server.kill();

        untilAdmitted(one, List.of(money, everybody), 30);
        assertThat(one.reserve(List.of(money, everybody), id(), cost(21))).isInstanceOf(Unavailable.class);

        // Nothing of it was taken from the chunk that it would have fitted.
        one.hold(List.of(money), cost(70));
        assertThat(one.reserve(List.of(money), id(), cost(1))).isInstanceOf(Unavailable.class);
    }

    @Test
    void whatCanNotBeLeasedIsClosedAndWhatNeedNotBeIsServed() {
        Limit slots = Limit.block(user, Meter.CONCURRENCY, Window.IN_FLIGHT, 10);
        Limit requests = Limit.block(user, Meter.REQUESTS, Window.MINUTE, 10);
        Limit sliding = Limit.block(user, Meter.COST, Window.MINUTE, 1_000);
        Limit expected = Limit.block(user, Meter.TOKENS, Window.MINUTE, 1_000);
        Limiter one = open("one", LONG_LEASE);
        Limiter.get(one.hold(List.of(money, slots, requests, sliding, expected), cost(1))
                .release());
        end(one, leased(one, List.of(money), 100), 0);
        assertThat(one.standing(sliding).reserved()).isZero();
        server.kill();

        untilAdmitted(one, List.of(money, expected), 1);
        for (Limit other : List.of(slots, requests, sliding)) {
            assertThat(one.reserve(List.of(money, other), id(), cost(1))).isInstanceOf(Unavailable.class);
        }
        // A call that costs nothing fits whatever was used.
        assertThat(one.reserve(List.of(money), id(), cost(0))).isInstanceOf(Reserved.class);
    }

    @Test
    void aRedisThatIsWipedMeanwhileRefillsNothing() {
        Limiter one = open("one", LONG_LEASE);
        Limiter two = open("two", LONG_LEASE);
        ledger.line(System.currentTimeMillis(), cost(300), user);
        end(one, leased(one, List.of(money), 100), 0);
        cut("one");
        Hold flying = untilAdmitted(one, List.of(money), 60);
        end(one, one.hold(List.of(money), cost(40)), 30);

        server.command("FLUSHALL");
        // Whoever is left waits for the one that is cut off: it may have spent its chunk.
        Limiter.until(() -> two.reserve(List.of(money), id(), cost(1)).equals(new Unavailable(Reason.REBUILDING)));
        join("one");

        Limiter.until(() -> two.reserve(List.of(money), id(), cost(1_001)) instanceof Refused);
        assertThat(two.standing(money).used()).isEqualTo(330);
        assertThat(two.standing(money).reserved()).isGreaterThanOrEqualTo(60);
        end(one, flying, 60);
        spend(two, 1);
        spendUntil(one, 1_000);
        assertThat(settled()).isEqualTo(1_000);
        Limiter.until(() -> two.standing(money).used() == 1_000);
    }

    @Test
    void aProcessThatIsCutOffAndOneThatIsNotSpendNoMoreThanTheCap() {
        Limiter one = open("one", LONG_LEASE);
        Limiter two = open("two", LONG_LEASE);
        end(one, leased(one, List.of(money), 100), 0);
        cut("one");
        untilAdmitted(one, List.of(money), 1).release();

        spendUntil(two, 900 - 7);
        spend(one, 7);
        assertThat(settled()).isBetween(1_000L - 14, 1_000L);

        join("one");
        spend(two, 1);
        spendUntil(one, 1_000);
        assertThat(settled()).isEqualTo(1_000);
        Limiter.until(() -> two.standing(money).used() == 1_000);
    }

    @Test
    void aChunkIsHeldUntilRedisHasHeardOfAllThatWasDrawnFromIt() {
        LaggingBacklog backlog = new LaggingBacklog(Long.MAX_VALUE);
        Limiter one = open("one", LONG_LEASE, backlog);
        Limiter two = open("two", LONG_LEASE);
        end(one, leased(one, List.of(money), 100), 0);
        String chunk = chunk();
        cut("one");
        end(one, untilAdmitted(one, List.of(money), 60), 60);
        Hold flying = one.hold(List.of(money), cost(40));
        backlog.fills();
        join("one");
        Limiter.until(backlog::isAwaited);

        // It counts again, and has told nothing yet.
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(1_001)) instanceof Refused);
        long until = System.nanoTime() + 10 * Limiter.QUICK.beat().toNanos();
        Limiter.until(() -> {
            assertThat(chunk()).isEqualTo(chunk);
            return System.nanoTime() > until;
        });
        assertThat(two.standing(money).used()).isZero();
        assertThat(two.reserve(List.of(money), id(), cost(901))).isInstanceOf(Refused.class);
        backlog.empties(one);

        Limiter.until(() -> two.standing(money).used() == 60 && !chunk().equals(chunk));
        assertThat(two.reserve(List.of(money), id(), cost(901))).isInstanceOf(Refused.class);
        end(one, flying, 40);
        Limiter.until(() -> two.standing(money).used() == 100);
    }

    @Test
    void aChunkIsKnownBeforeCountersThatAreMadeAnewDecide() {
        LaggingBacklog backlog = new LaggingBacklog(Long.MAX_VALUE);
        Limiter one = open("one", LONG_LEASE, backlog);
        Limiter two = open("two", LONG_LEASE);
        end(one, leased(one, List.of(money), 100), 0);
        backlog.fills();
        server.command("FLUSHALL");
        Limiter.until(() -> two.reserve(List.of(money), id(), cost(1)).equals(new Unavailable(Reason.REBUILDING)));
        Limiter.until(backlog::isAwaited);

        // Calls go on from the chunk while counters are made anew, and hold nobody up.
        untilAdmitted(one, List.of(money), 60);
        backlog.empties(one);
        Limiter.until(() -> one.reserve(List.of(money), id(), cost(1_001)) instanceof Refused);

        Limiter.until(() -> two.reserve(List.of(money), id(), cost(1_001)) instanceof Refused);
        assertThat(two.reserve(List.of(money), id(), cost(941))).isInstanceOf(Refused.class);
    }

    @Test
    void aChunkIsOfOneWindow() {
        // A place where it is five minutes to midnight.
        long second = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        int offset = Math.floorMod(86_100 - second, 86_400);
        Window day = Window.day(ZoneOffset.ofTotalSeconds(offset > 43_200 ? offset - 86_400 : offset));
        Limit daily = Limit.block(user, Meter.COST, day, 1_000);
        Limiter one = open("one", LONG_LEASE);
        end(one, leased(one, List.of(daily), 100), 0);
        server.kill();
        Hold yesterday = untilAdmitted(one, List.of(daily), 60);

        aheadNanos.addAndGet(TimeUnit.MINUTES.toNanos(10));

        assertThat(yesterday.isInForce()).isTrue();
        assertThat(one.reserve(List.of(daily), id(), cost(1))).isInstanceOf(Unavailable.class);
        end(one, yesterday, 60);
        server.resume();
        // By Redis' clock it is still the day before.
        Limiter.until(() -> one.standing(daily).used() == 60);
    }

    @Test
    void aChunkCanBeSpentOnlyWhileItsLeaseIsInForce() {
        Limiter one = open("one", SHORT_LEASE);
        Limiter two = open("two", SHORT_LEASE);
        end(one, leased(one, List.of(money), 100), 0);
        cut("one");
        Hold flying = untilAdmitted(one, List.of(money), 40);

        Limiter.until(() -> !flying.isInForce());

        assertThat(one.reserve(List.of(money), id(), cost(1))).isInstanceOf(Unavailable.class);
        // To the others it is as if it were spent.
        Limiter.until(() -> two.standing(money).used() == 100);
        end(one, flying, 40);
        join("one");
        Limiter.until(() -> two.standing(money).used() == 40);
        // It has another chunk instead.
        Limiter.until(() -> one.standing(money).reserved() == 100);
        assertThat(one.standing(money).used()).isEqualTo(40);
    }

    @Test
    void whatIsNotUsedIsGivenBack() {
        Limiter one = open("one", LONG_LEASE);
        end(one, leased(one, List.of(money), 100), 0);

        aheadNanos.addAndGet(Chunks.LATELY_NANOS);
        Limiter.until(() -> one.standing(money).reserved() == 0);
        assertThat(Limiter.get(one.limits.held())).isZero();

        end(one, leased(one, List.of(money), 100), 0);
        Limiter two = open("two", LONG_LEASE);
        one.limits.close();
        Limiter.until(() -> two.standing(money).reserved() == 0);
        assertThat(two.standing(money).used()).isZero();
    }

    @Test
    void aCallThatIsRefusedFreesTheChunkThatItMayLack() {
        Limiter one = open("one", LONG_LEASE);
        end(one, leased(one, List.of(money), 100), 0);

        assertThat(one.reserve(List.of(money), id(), cost(950))).isInstanceOf(Refused.class);

        Limiter.until(() -> one.reserve(List.of(money), id(), cost(950)) instanceof Reserved);
    }

    @Test
    void anotherCapHasAnotherChunk() {
        Limiter one = open("one", LONG_LEASE);
        end(one, leased(one, List.of(money), 100), 0);

        end(one, leased(one, List.of(money.withCap(400)), 40), 0);
        server.kill();

        assertThat(one.reserve(List.of(money), id(), cost(1))).isInstanceOf(Unavailable.class);
        untilAdmitted(one, List.of(money.withCap(400)), 40);
    }

    @Test
    void whatAKilledProcessHadLeasedIsFreeOnceItStartsAgain() {
        Limiter one = open("one", SHORT_LEASE);
        Limiter two = open("two", SHORT_LEASE);
        end(one, leased(one, List.of(money), 100), 30);
        open.remove(one);
        one.vanish();
        Limiter.until(() -> two.standing(money).used() == 130);

        open("one", SHORT_LEASE);

        Limiter.until(
                () -> two.standing(money).used() == 30 && two.standing(money).reserved() == 0);
    }

    @Test
    void aProcessThatEndedInOrderStartsWithoutMakingCountersAnew() {
        Limiter one = open("one", LONG_LEASE);
        end(one, leased(one, List.of(money), 100), 0);
        open.remove(one);
        one.close();
        String epoch = server.command("HGET", "mizan:{m}:h", "n");

        Limiter again = open("one", LONG_LEASE);

        leased(again, List.of(money), 100);
        assertThat(server.command("HGET", "mizan:{m}:h", "n")).isEqualTo(epoch);
    }

    private Limiter open(String name, Duration lease) {
        return open(name, lease, Backlog.NONE);
    }

    private Limiter open(String name, Duration lease, Backlog backlog) {
        Limiter limiter = Limiter.local(
                name,
                server.url().replace("//", "//" + name + ":secret@"),
                ledger,
                backlog,
                lease,
                () -> System.nanoTime() + aheadNanos.get());
        open.add(limiter);
        return limiter;
    }

    private void cut(String name) {
        server.command("ACL", "SETUSER", name, "off");
        server.command("CLIENT", "KILL", "USER", name);
    }

    private void join(String name) {
        server.command("ACL", "SETUSER", name, "on");
    }

    /** A call, after which {@code limiter} has leased so much of the first limit. */
    private static Hold leased(Limiter limiter, List<Limit> on, long chunk) {
        Hold hold = limiter.hold(on, cost(0));
        Limiter.until(() -> limiter.standing(on.getFirst()).reserved() == chunk);
        return hold;
    }

    /** The name of the only chunk. */
    private String chunk() {
        return server.command("EVAL", "return redis.call('KEYS', 'mizan:{m}:r:chunk:*')[1] or ''", "0");
    }

    /** Redis has gone, which the process may not know yet. */
    private static Hold untilAdmitted(Limiter limiter, List<Limit> on, long bound) {
        List<Hold> holds = new ArrayList<>();
        Limiter.until(() -> {
            if (limiter.reserve(on, id(), cost(bound)) instanceof Reserved(Hold hold)) {
                holds.add(hold);
            }
            return !holds.isEmpty();
        });
        return holds.getFirst();
    }

    private void end(Limiter limiter, Hold hold, long used) {
        hold.booked(ledger.line(limiter.instance, hold.admittedAtMillis(), cost(used), user), cost(used));
        Limiter.get(hold.settle(cost(used)));
    }

    /** Calls that cost so much, until none fits. */
    private void spend(Limiter limiter, long each) {
        Decision decision = limiter.reserve(List.of(money), id(), cost(each));
        while (decision instanceof Reserved(Hold hold)) {
            end(limiter, hold, each);
            decision = limiter.reserve(List.of(money), id(), cost(each));
        }
    }

    /** The same, again and again: a refusal frees the chunk of the one that is refused. */
    private void spendUntil(Limiter limiter, long settled) {
        long each = settled == 1_000 ? 1 : 7;
        Limiter.until(() -> {
            spend(limiter, each);
            return settled() >= settled;
        });
    }

    private long settled() {
        return ledger.total(user, 0).chargedCost();
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static Amounts cost(long nanoUsd) {
        return new Amounts(1, 0, 0, nanoUsd, nanoUsd, 0);
    }
}
