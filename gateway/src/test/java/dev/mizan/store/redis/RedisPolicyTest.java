package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Refused;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Hold;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Random calls under every policy are decided and counted as a few lines of arithmetic say. */
final class RedisPolicyTest {
    private static final int ROUNDS = 12;
    private static final int STEPS = 150;

    /** What is counted on one account, without a thought of Redis. */
    private static final class Counter {
        private long used;
        private long reserved;
    }

    private record Held(Hold hold, Map<String, Long> amounts, List<Limit> limits) {}

    private final Map<String, Counter> counters = new HashMap<>();
    private final List<Held> open = new ArrayList<>();

    @Test
    void everyPolicyDecidesAsTheRulesSay() {
        long seed = System.nanoTime();
        try (RedisServer server = RedisServer.start();
                Limiter limiter = Limiter.open(server, new FakeLedger())) {
            for (int round = 0; round < ROUNDS; round++) {
                Random random = new Random(seed + round);
                counters.clear();
                open.clear();
                List<Limit> limits = limits(random);
                for (int step = 0; step < STEPS; step++) {
                    step(limiter, limits, random, "seed " + seed + ", round " + round + ", step " + step);
                }
            }
        }
    }

    private void step(Limiter limiter, List<Limit> limits, Random random, String where) {
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> reserve(limiter, limits, random, where);
            case 3 -> end(random, true);
            case 4 -> end(random, false);
            default -> raise(random, where);
        }
        List<Standing> standings = Limiter.get(limiter.limits.standings(limits));
        for (Standing standing : standings) {
            Counter counter = counter(standing.limit());
            assertThat(List.of(standing.used(), standing.reserved()))
                    .as("%s: %s", where, standing.limit())
                    .isEqualTo(List.of(counter.used, counter.reserved));
        }
    }

    private void reserve(Limiter limiter, List<Limit> limits, Random random, String where) {
        Amounts bound = amounts(random, 40);
        Amounts expected = new Amounts(1, bound.inputTokens() / 2, 0, bound.providerCost() / 2, 0, 0);
        Claim claim = new Claim(UUID.randomUUID().toString(), bound, expected);
        Optional<Limit> breached = breached(limits, claim);

        Decision decision = limiter.reserve(limiter.limits.prepare(limits), claim);

        if (breached.isPresent()) {
            assertThat(decision).as(where).isInstanceOf(Refused.class);
            assertThat(((Refused) decision).breach().limit()).as(where).isEqualTo(breached.get());
            if (!breached.get().meter().isGate()) {
                add(limits, claim, false);
            }
            return;
        }
        assertThat(decision).as(where).isInstanceOf(Reserved.class);
        open.add(new Held(((Reserved) decision).hold(), add(limits, claim, true), limits));
    }

    /** The first limit that {@code claim} does not fit: gates before the rest. */
    private Optional<Limit> breached(List<Limit> limits, Claim claim) {
        return limits.stream()
                .sorted((a, b) -> Boolean.compare(b.meter().isGate(), a.meter().isGate()))
                .filter(limit -> !limit.atCap().serves() && !fits(limit, counter(limit), claim))
                .findFirst();
    }

    private static boolean fits(Limit limit, Counter counter, Claim claim) {
        long counted = counter.used + counter.reserved;
        return switch (limit.reserve()) {
            case WORST_CASE -> counted + claim.bound().of(limit) <= limit.cap();
            case EXPECTED -> counted + Math.min(claim.expected().of(limit), limit.cap()) <= limit.cap();
            case NONE -> counted + 1 <= limit.cap();
        };
    }

    private Map<String, Long> add(List<Limit> limits, Claim claim, boolean isHeld) {
        Map<String, Long> amounts = new HashMap<>();
        for (Limit limit : limits) {
            if (amounts.containsKey(limit.account())) {
                continue;
            }
            amounts.put(limit.account(), claim.of(limit));
            if (limit.meter() == Meter.REQUESTS) {
                counter(limit).used++;
            } else if (isHeld) {
                counter(limit).reserved += claim.of(limit);
            }
        }
        return amounts;
    }

    private void end(Random random, boolean settles) {
        if (open.isEmpty()) {
            return;
        }
        Held held = open.remove(random.nextInt(open.size()));
        Amounts used = amounts(random, 50);
        Limiter.get(settles ? held.hold().settle(used) : held.hold().release());
        Limiter.get(held.hold().settle(used));
        held.amounts().forEach((account, amount) -> {
            Limit limit = byAccount(held, account);
            if (limit.meter() != Meter.REQUESTS) {
                counter(limit).reserved -= amount;
            }
            if (settles && !limit.meter().isGate()) {
                counter(limit).used += used.of(limit);
            }
        });
    }

    private void raise(Random random, String where) {
        if (open.isEmpty()) {
            return;
        }
        int index = random.nextInt(open.size());
        Held held = open.get(index);
        Amounts posted = amounts(random, 10);
        Amounts bound = amounts(random, 40);
        Claim next = new Claim(held.hold().id(), bound, bound);
        boolean fits = true;
        for (Limit limit : held.limits()) {
            if (!limit.meter().isGate() && !limit.atCap().serves()) {
                Counter without = new Counter();
                without.used = counter(limit).used + posted.of(limit);
                without.reserved = counter(limit).reserved - held.amounts().getOrDefault(limit.account(), 0L);
                fits &= fits(limit, without, next);
            }
        }

        Decision decision = Limiter.get(held.hold().raise(posted, next));

        assertThat(decision instanceof Reserved).as(where).isEqualTo(fits);
        if (fits) {
            held.amounts().replaceAll((account, amount) -> {
                Limit limit = byAccount(held, account);
                if (limit.meter().isGate()) {
                    return amount;
                }
                counter(limit).used += posted.of(limit);
                counter(limit).reserved += next.of(limit) - amount;
                return next.of(limit);
            });
        }
    }

    private static Limit byAccount(Held held, String account) {
        return held.limits().stream()
                .filter(limit -> limit.account().equals(account))
                .findFirst()
                .orElseThrow();
    }

    private Counter counter(Limit limit) {
        return counters.computeIfAbsent(limit.account(), ignored -> new Counter());
    }

    private static List<Limit> limits(Random random) {
        Subject user = new Subject(Subject.Kind.USER, UUID.randomUUID().toString());
        Subject model = new Subject(Subject.Kind.MODEL, UUID.randomUUID().toString());
        List<Limit> limits = new ArrayList<>();
        for (Meter meter : List.of(Meter.COST, Meter.TOKENS, Meter.REQUESTS, Meter.INPUT_TOKENS)) {
            for (Subject subject : List.of(user, model)) {
                Window window = random.nextBoolean()
                        ? Window.LIFETIME
                        : Window.parse("366d", UTC).orElseThrow();
                Reserve reserve = Reserve.values()[random.nextInt(3)];
                AtCap atCap = random.nextInt(4) == 0 ? new AtCap.Notify() : new AtCap.Block();
                long cap = meter == Meter.REQUESTS ? 100 : random.nextInt(2_000);
                limits.add(new Limit(subject, meter, window, cap, atCap, reserve, false, List.of(), "test"));
            }
        }
        limits.add(Limit.block(user, Meter.CONCURRENCY, Window.IN_FLIGHT, 5));
        limits.add(limits.getFirst().withCap(random.nextInt(2_000)));
        return limits;
    }

    private static final java.time.ZoneId UTC = java.time.ZoneId.of("UTC");

    private static Amounts amounts(Random random, int max) {
        long cost = random.nextInt(max);
        return new Amounts(1, random.nextInt(max), random.nextInt(max), cost, cost + 1, 0);
    }
}
