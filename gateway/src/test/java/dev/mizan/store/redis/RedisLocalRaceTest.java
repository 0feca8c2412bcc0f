package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Hold;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two processes with chunks of their limits, cut off and joined, their Redis killed and wiped, in random order. */
final class RedisLocalRaceTest {
    private static final List<String> NAMES = List.of("one", "two");
    private static final Window DAY = Window.day(ZoneOffset.UTC);
    private static final String WHOLE = "on >secret ~* &* +@all";
    private static final int BOUND_MAX = 12;
    private static final int CALLS_MAX = 20;

    private final List<Limit> users = IntStream.range(0, 6)
            .mapToObj(i -> Limit.block(
                    new Subject(Subject.Kind.USER, "u" + i), Meter.COST, i < 3 ? Window.LIFETIME : DAY, 150))
            .toList();
    private final Limit everybody = Limit.block(Subject.GLOBAL, Meter.COST, DAY, 800);
    private final List<Limit> all =
            Stream.concat(users.stream(), Stream.of(everybody)).toList();

    @Test
    void noOrderOfFaultsOverspends() {
        for (int i = 0; i < 3; i++) {
            new Run(System.nanoTime()).run();
        }
    }

    @Test
    @Tag("long")
    void noneOfManyOrdersOfFaultsOverspends() {
        for (int i = 0; i < 60; i++) {
            new Run(System.nanoTime()).run();
        }
    }

    /** One order. */
    private final class Run {
        private final Random random;
        private final String as;
        private final RedisServer server =
                RedisServer.start(("--user one " + WHOLE + " --user two " + WHOLE).split(" "));
        private final FakeLedger ledger = new FakeLedger();
        private final AtomicLong aheadNanos = new AtomicLong();
        private final List<LaggingBacklog> backlogs =
                List.of(new LaggingBacklog(Long.MAX_VALUE), new LaggingBacklog(Long.MAX_VALUE));
        private final List<Limiter> limiters = new ArrayList<>();
        private final List<Call> calls = new ArrayList<>();
        private final boolean[] isCut = new boolean[NAMES.size()];
        private boolean isKilled;
        private int admittedWithoutRedis;

        private record Call(Limiter limiter, Hold hold, List<Limit> on, long bound) {}

        Run(long seed) {
            random = new Random(seed);
            as = "seed " + seed;
        }

        void run() {
            try {
                for (String name : NAMES) {
                    limiters.add(Limiter.local(
                            name,
                            server.url().replace("//", "//" + name + ":secret@"),
                            ledger,
                            backlogs.get(limiters.size()),
                            Duration.ofMinutes(50),
                            () -> System.nanoTime() + aheadNanos.get()));
                }
                for (int i = 0; i < 10; i++) {
                    call(0);
                }
                beats(0);
                cut(0);
                for (int i = 0; i < 10; i++) {
                    call(0);
                }
                for (int i = 0; i < 600; i++) {
                    step();
                }
                whenQuiet();
                System.out.println(
                        as + ": settled " + settled(everybody) + ", admitted without Redis " + admittedWithoutRedis);
                assertThat(admittedWithoutRedis).as(as).isPositive();
            } finally {
                resume();
                join(0);
                join(1);
                limiters.forEach(Limiter::close);
                server.close();
            }
        }

        private void step() {
            int what = random.nextInt(100);
            int which = random.nextInt(limiters.size());
            if (what < 51) {
                call(which);
            } else if (what < 53) {
                backlogs.get(which).fills();
            } else if (what < 55) {
                backlogs.get(which).empties(limiters.get(which));
            } else if (what < 85) {
                end();
            } else if (what < 88) {
                cut(which);
            } else if (what < 92) {
                join(which);
            } else if (what < 93) {
                kill();
            } else if (what < 96) {
                resume();
            } else if (what < 97 && !isKilled) {
                server.command("FLUSHALL");
            } else if (what >= 97) {
                beats(which);
            }
        }

        private void call(int which) {
            Limiter limiter = limiters.get(which);
            long bound = random.nextLong(1, BOUND_MAX + 1);
            List<Limit> on = List.of(users.get(random.nextInt(users.size())), everybody);
            if (calls.size() < CALLS_MAX
                    && limiter.reserve(on, UUID.randomUUID().toString(), cost(bound)) instanceof Reserved(Hold hold)) {
                assertThat(hold.isInForce()).as(as).isTrue();
                calls.add(new Call(limiter, hold, on, bound));
                if (isKilled || isCut[which]) {
                    admittedWithoutRedis++;
                }
                on.forEach(limit -> assertThat(most(limit)).as(as).isLessThanOrEqualTo(limit.cap()));
            }
        }

        /** A call ends, or its caller has left before it was sent. */
        private void end() {
            if (calls.isEmpty()) {
                return;
            }
            Call call = calls.remove(random.nextInt(calls.size()));
            if (random.nextInt(5) == 0) {
                Limiter.get(call.hold().release());
                return;
            }
            long used = random.nextLong(call.bound() + 1);
            Subject[] subjects = call.on().stream().map(Limit::subject).toArray(Subject[]::new);
            long at = call.hold().admittedAtMillis();
            call.hold().booked(ledger.line(call.limiter().instance, at, cost(used), subjects), cost(used));
            Limiter.get(call.hold().settle(cost(used)));
        }

        /** Waits while a process tells Redis a few times that it lives, if it can: it leases and makes known. */
        private void beats(int which) {
            if (isKilled || isCut[which]) {
                return;
            }
            for (int i = 0; i < 4; i++) {
                String before = lives(which);
                Limiter.until(() -> !lives(which).equals(before));
            }
        }

        private String lives(int which) {
            return server.command(
                    "EVAL",
                    "return tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)",
                    "1",
                    "mizan:{m}:p",
                    NAMES.get(which));
        }

        private void cut(int which) {
            if (!isKilled && !isCut[which]) {
                server.command("ACL", "SETUSER", NAMES.get(which), "off");
                server.command("CLIENT", "KILL", "USER", NAMES.get(which));
                isCut[which] = true;
            }
        }

        private void join(int which) {
            if (!isKilled && isCut[which]) {
                server.command("ACL", "SETUSER", NAMES.get(which), "on");
                isCut[which] = false;
            }
        }

        private void kill() {
            if (!isKilled) {
                server.kill();
                isKilled = true;
            }
        }

        /** Starts Redis if it was killed; it knows nothing, and lets both in. */
        private void resume() {
            if (isKilled) {
                server.resume();
                isKilled = false;
                isCut[0] = false;
                isCut[1] = false;
            }
        }

        private void whenQuiet() {
            resume();
            join(0);
            join(1);
            for (int i = 0; i < limiters.size(); i++) {
                backlogs.get(i).empties(limiters.get(i));
            }
            while (!calls.isEmpty()) {
                end();
            }
            for (Limit limit : all) {
                untilHolds(
                        limit,
                        () -> limiters.getFirst().standing(limit).used() == settled(limit)
                                && limiters.getFirst().standing(limit).reserved() <= 2 * limit.cap() / 10);
            }
            // Nothing is left of what nobody uses; what Redis says now it says of what it counted, not of the books.
            aheadNanos.addAndGet(Chunks.LATELY_NANOS);
            for (Limit limit : all) {
                untilHolds(limit, () -> limiters.getFirst().standing(limit).reserved() == 0);
                Standing standing = limiters.getLast().standing(limit);
                assertThat(standing.used()).as(as).isEqualTo(settled(limit));
            }
            limiters.forEach(limiter ->
                    assertThat(Limiter.get(limiter.limits.held())).as(as).isZero());
        }

        private void untilHolds(Limit limit, BooleanSupplier condition) {
            try {
                Limiter.until(condition);
            } catch (IllegalStateException e) {
                Standing standing = limiters.getFirst().standing(limit);
                throw new AssertionError(as + ": " + standing + ", settled " + settled(limit), e);
            }
        }

        /** What calls have cost, and what those in flight may cost. */
        private long most(Limit limit) {
            return settled(limit)
                    + calls.stream()
                            .filter(call -> call.on().contains(limit))
                            .mapToLong(Call::bound)
                            .sum();
        }

        private long settled(Limit limit) {
            return ledger.total(limit.subject(), 0).of(limit);
        }
    }

    private static Amounts cost(long nanoUsd) {
        return new Amounts(1, 0, 0, nanoUsd, nanoUsd, 0);
    }
}
