package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision.Refused;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Hold;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A replica takes over from a master that was killed, as a real sentinel decides. */
final class RedisSentinelTest {
    private static final Subject USER = new Subject(Subject.Kind.USER, "u1");
    private static final Limit MONEY = Limit.block(USER, Meter.COST, Window.LIFETIME, 1_000);

    @Test
    void aFailoverRefillsNoBudgetAndForgetsNoCallInFlight() {
        FakeLedger ledger = new FakeLedger();
        try (RedisServer master = RedisServer.start();
                RedisServer replica = RedisServer.start(
                        "--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0")) {
            Limiter.until(() -> replica.text("INFO", "replication").contains("master_link_status:up"));
            try (RedisServer sentinel = RedisServer.sentinel("mizan", master);
                    Limiter limiter = new Limiter(
                            Limiter.QUICK.withUrl(sentinel.url() + "?sentinel=mizan"),
                            ledger,
                            Backlog.NONE,
                            Tenants.NONE,
                            LimitWatcher.NONE)) {
                Limiter.until(
                        () -> sentinel.text("SENTINEL", "REPLICAS", "mizan").contains(":" + replica.port()));
                Limiter.get(limiter.limits.ready());
                ledger.line(System.currentTimeMillis(), cost(100), USER);
                Hold hold = limiter.hold(List.of(MONEY), cost(700));

                master.kill();

                // Until then it answers that counters can't be reached or are made anew.
                Limiter.until(() -> decide(limiter, 201) instanceof Refused);
                assertThat(replica.text("ROLE")).startsWith("master");
                assertThat(limiter.standing(MONEY).used()).isEqualTo(100);
                assertThat(limiter.standing(MONEY).reserved()).isEqualTo(700);
                Limiter.get(hold.settle(cost(50)));
                assertThat(decide(limiter, 850)).isInstanceOf(Reserved.class);
            }
        }
    }

    private static Object decide(Limiter limiter, long nanoUsd) {
        return limiter.reserve(
                limiter.limits.prepare(List.of(MONEY)),
                new Claim(UUID.randomUUID().toString(), cost(nanoUsd), cost(nanoUsd)));
    }

    private static Amounts cost(long nanoUsd) {
        return new Amounts(1, 0, 0, nanoUsd, nanoUsd, 0);
    }
}
