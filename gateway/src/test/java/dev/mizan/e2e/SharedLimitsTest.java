package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.e2e.CapChecker.Rule;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise, with several processes, one Redis and one PostgreSQL: whatever callers, the provider, Redis and {@code
 * kill -9} do, what the ledger says was settled stays within every cap at every moment, and no more is refused than
 * must be.
 */
class SharedLimitsTest {
    private static final int KEYS = 4;
    private static final int CALLERS_LOCAL = 24;
    private static final long GLOBAL_CAP = 800_000_000;
    private static final long USER_CAP = 300_000_000;
    private static final long ALIAS_CAP = 450_000_000;
    private static final long TOKENS_CAP = 30_000;
    private static final long REQUESTS_CAP = 200;
    private static final int STEP_MINUTES_MIN = 60;
    private static final int STEP_MINUTES_MAX = 2 * 24 * 60;

    private enum Fault {
        REDIS_WIPED,
        REDIS_KILLED,
        PROCESS_KILLED,
        CLOCK_STEPPED
    }

    @TempDir
    Path folder;

    @Test
    void threeProcessesKeepEveryCap() throws Exception {
        prove(1, 24, 1, System.nanoTime());
    }

    @Test
    @Tag("long")
    void twoHundredCallersKeepEveryCapThroughManyFaults() throws Exception {
        prove(12, 200, 12, System.nanoTime());
    }

    @Test
    @Tag("long")
    void whatIsSpentWithoutRedisKeepsEveryCap() throws Exception {
        long seed = System.nanoTime();
        long size = 12;
        System.out.println("SharedLimitsTest seed " + seed);
        String money = limits(size).lines().limit(4).collect(Collectors.joining("\n"));
        try (FakeUpstream upstream = FakeUpstream.start().forget();
                Fleet fleet = Fleet.start(folder, 3, upstream, money, ", on_store_failure: local, local_share: 5")) {
            List<String> keys = keys(fleet);
            RandomCallers callers = new RandomCallers(fleet, keys, seed);
            upstream.otherwise(callers);
            untilKeysAreKnown(fleet, keys);
            Random random = new Random(seed);
            callers.start(CALLERS_LOCAL);
            int withoutRedis = 0;
            for (int round = 0; round < 8; round++) {
                faults(fleet, callers, random, size * GLOBAL_CAP / 100);
                fleet.redis().kill();
                int before = callers.whole().size();
                callers.await(size * GLOBAL_CAP / 50, Duration.ofSeconds(4));
                withoutRedis += Math.max(0, callers.whole().size() - before - CALLERS_LOCAL);
                fleet.redis().resume();
            }
            callers.stop();
            new SharedLimitsAudit(
                            fleet,
                            new CapChecker(fleet.jdbcUrl()),
                            callers,
                            rules(size).subList(0, 3),
                            "seed " + seed)
                    .whenQuiet();
            // More than were in flight when it went away.
            assertThat(withoutRedis).as("seed %d", seed).isPositive();
        }
    }

    private static List<String> keys(Fleet fleet) throws IOException {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            keys.add(Calls.generateKey(fleet.port(0), Gateway.MASTER_KEY, "{\"user_id\":\"user-" + i + "\"}"));
        }
        return keys;
    }

    private void prove(long size, int callerCount, int rounds, long seed) throws Exception {
        System.out.println("SharedLimitsTest seed " + seed);
        String as = "seed " + seed;
        try (FakeUpstream upstream = FakeUpstream.start().forget();
                Fleet fleet = Fleet.start(folder, 3, upstream, limits(size))) {
            List<String> keys = keys(fleet);
            RandomCallers callers = new RandomCallers(fleet, keys, seed);
            upstream.otherwise(callers);
            untilKeysAreKnown(fleet, keys);
            Random random = new Random(seed);
            // The first lines are written by a clock that is wrong, however soon the budget is used up.
            stepClock(fleet, random);
            callers.start(callerCount);
            long share = size * GLOBAL_CAP / 10 / rounds;
            for (int round = 0; round < rounds; round++) {
                faults(fleet, callers, random, share);
            }
            callers.stop();
            CapChecker checker = new CapChecker(fleet.jdbcUrl());
            SharedLimitsAudit audit = new SharedLimitsAudit(fleet, checker, callers, rules(size), as);
            audit.whenQuiet();
            assertThat(checker.count("abs(time_millis - admitted_at_millis) > 1800000"))
                    .as("%s: lines written by a clock that was wrong", as)
                    .isPositive();
            audit.refusalsWereJustified(2L * callerCount * RandomCallers.COST_MAX);
            callers.answerInFull();
            audit.whatFitsIsAdmitted();
            useUp(callers, fleet.size());
            audit.whenQuiet();
            assertThat(checker.sums(rules(size).getFirst()).get("")).as(as).isGreaterThan(size * GLOBAL_CAP * 95 / 100);
        }
    }

    private static void untilKeysAreKnown(Fleet fleet, List<String> keys) throws Exception {
        for (int i = 0; i < fleet.size(); i++) {
            for (String key : keys) {
                try (Caller caller = new Caller(fleet.port(i), key)) {
                    Await.until("process " + i + " knows the key", () -> {
                        try {
                            return caller.send("GET", "/v1/models", new byte[0])
                                            .reply()
                                            .status()
                                    == 200;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
                }
            }
        }
    }

    /** In any order: Redis is wiped, Redis or a process is killed and comes back, a process's clock steps. */
    private static void faults(Fleet fleet, RandomCallers callers, Random random, long share) throws Exception {
        Duration patience = Duration.ofSeconds(4);
        List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
        Collections.shuffle(faults, random);
        for (Fault fault : faults) {
            callers.await(share, patience);
            switch (fault) {
                case CLOCK_STEPPED -> stepClock(fleet, random);
                case REDIS_WIPED -> fleet.redis().command("FLUSHALL");
                case REDIS_KILLED -> {
                    fleet.redis().kill();
                    fleet.redis().resume();
                }
                case PROCESS_KILLED -> {
                    int victim = random.nextInt(fleet.size());
                    fleet.kill(victim);
                    callers.await(share, patience);
                    fleet.start(victim);
                }
            }
        }
        callers.await(share, patience);
    }

    private static void stepClock(Fleet fleet, Random random) throws IOException {
        Duration step = Duration.ofMinutes(random.nextInt(STEP_MINUTES_MIN, STEP_MINUTES_MAX));
        fleet.step(random.nextInt(fleet.size()), random.nextBoolean() ? step : step.negated());
    }

    /** One caller after another until nothing more fits. */
    private static void useUp(RandomCallers callers, int processes) throws Exception {
        for (int maxTokens : List.of(RandomCallers.OUTPUT_MAX, 20)) {
            int refusals = 0;
            for (int i = 0; refusals < 2 * KEYS; i++) {
                Reply reply = callers.call(i % processes, i % KEYS, maxTokens);
                if (reply.status() == 200) {
                    refusals = 0;
                } else if (reply.errorCode().equals("cost_limit_exceeded")) {
                    refusals++;
                }
            }
        }
    }

    private static String limits(long size) {
        return """
                limits:
                  - {subject: global, meter: cost, per: month, cap: %s}
                  - {subject: "user:*", meter: cost, per: lifetime, cap: %s}
                  - {subject: "model:once", meter: cost, per: lifetime, cap: %s}
                  - {subject: "user:*", meter: tokens, per: 5s, cap: %d, reserve: worst-case}
                  - {subject: "key:*", meter: requests, per: 2s, cap: %d}
                  - {subject: "key:*", meter: concurrency, per: in_flight, cap: 50}
                """.formatted(
                        usd(size * GLOBAL_CAP),
                        usd(size * USER_CAP),
                        usd(size * ALIAS_CAP),
                        size * TOKENS_CAP,
                        size * REQUESTS_CAP);
    }

    private static String usd(long nanos) {
        return new BigDecimal(nanos).movePointLeft(9).toPlainString();
    }

    /** What the limits promise, in terms of the ledger's table alone. */
    private static List<Rule> rules(long size) {
        return List.of(
                new Rule("everybody's month", "''", "provider_cost", "true", 0, size * GLOBAL_CAP),
                new Rule("a user's budget", "user_id", "charged_cost", "true", 0, size * USER_CAP),
                // A call of 'safe' that falls back to 'once' counts there, too.
                new Rule(
                        "a model's budget",
                        "'once'",
                        "provider_cost",
                        "(alias = 'once' OR via = '[\"once\"]')",
                        0,
                        size * ALIAS_CAP),
                new Rule(
                        "a user's tokens",
                        "user_id",
                        "CASE kind WHEN 'call' THEN input_tokens + output_tokens ELSE 0 END",
                        "true",
                        5_000,
                        size * TOKENS_CAP),
                new Rule("a key's requests", "key_id", "1", "kind = 'call'", 2_000, size * REQUESTS_CAP));
    }
}
