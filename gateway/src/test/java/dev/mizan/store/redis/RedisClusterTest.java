package dev.mizan.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Refused;
import dev.mizan.admission.Decision.Reserved;
import dev.mizan.admission.Hold;
import dev.mizan.admission.LimitStore.Prepared;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits on a real cluster of three: each tenant's counters on a node, what tenants share on another. */
final class RedisClusterTest {
    private static RedisCluster cluster = RedisCluster.start(3);

    private final FakeLedger ledger = new FakeLedger();
    private final Limit everybody = Limit.block(Subject.GLOBAL, Meter.COST, Window.LIFETIME, 100);

    @BeforeAll
    static void check() {
        assertThat(cluster.nodes()).hasSize(3);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void limitsOfTwoTenantsAndOfAllHoldWhenTwoProcessesRace() {
        // Three hash tags on three nodes, so that no decision is within one of them.
        Limit acme = tenant(0, 60);
        Limit globex = tenant(1, 70);
        assertThat(List.of(
                        node("t:" + acme.subject().id()),
                        node("t:" + globex.subject().id()),
                        node("g")))
                .containsExactlyInAnyOrder(0, 1, 2);
        try (Limiter one = open(cluster.url());
                Limiter two = open(cluster.urlOfOne())) {
            List<Future<Decision>> ofAcme = new ArrayList<>();
            List<Future<Decision>> ofGlobex = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                ofAcme.add(reserve(i % 2 == 0 ? one : two, List.of(acme, everybody)));
                ofGlobex.add(reserve(i % 2 == 0 ? two : one, List.of(globex, everybody)));
            }
            List<Hold> acmes = holds(ofAcme);
            List<Hold> globexes = holds(ofGlobex);

            assertThat(acmes).hasSizeLessThanOrEqualTo(60);
            assertThat(globexes).hasSizeLessThanOrEqualTo(70);
            assertThat(acmes.size() + globexes.size()).isEqualTo(100);
            // What the shared limit refused was given back to the tenant's.
            Limiter.until(() -> one.standing(acme).reserved() == acmes.size());
            Limiter.until(() -> two.standing(globex).reserved() == globexes.size());
            assertThat(two.standing(everybody).reserved()).isEqualTo(100);

            acmes.forEach(hold -> Limiter.get(hold.settle(cost(0))));
            globexes.forEach(hold -> Limiter.get(hold.settle(cost(1))));

            assertThat(one.standing(everybody).used()).isEqualTo(globexes.size());
            assertThat(one.standing(everybody).reserved()).isZero();
            assertThat(one.standing(acme).reserved()).isZero();
            assertThat(one.standing(globex).used()).isEqualTo(globexes.size());
        }
    }

    @Test
    void aNodeThatIsWipedRefillsNoBudget() {
        Limit acme = tenant(0, 1_000);
        Limit shared = Limit.block(
                new Subject(Subject.Kind.MODEL, UUID.randomUUID().toString()), Meter.COST, Window.LIFETIME, 1_000);
        try (Limiter one = open(cluster.url())) {
            ledger.line(System.currentTimeMillis(), cost(100), acme.subject(), shared.subject());
            Hold held = ((Reserved)
                            Limiter.get(one.limits.reserve(one.limits.prepare(List.of(acme, shared)), claim(700))))
                    .hold();

            cluster.nodes().get(node("t:" + acme.subject().id())).command("FLUSHALL");

            Limiter.until(() ->
                    Limiter.get(one.limits.reserve(one.limits.prepare(List.of(acme)), claim(201))) instanceof Refused);
            assertThat(one.standing(acme).used()).isEqualTo(100);
            assertThat(one.standing(acme).reserved()).isEqualTo(700);
            Limiter.get(held.settle(cost(5)));
            assertThat(one.standing(acme).used()).isEqualTo(105);
            assertThat(one.standing(shared).used()).isEqualTo(105);
        }
    }

    private Limiter open(String url) {
        // Hundreds of calls at once, in a virtual machine that has just started.
        RedisSettings patient = new RedisSettings(
                url, Duration.ofSeconds(5), OnStoreFailure.CLOSED, 1, Duration.ofSeconds(10), Duration.ofMillis(50));
        Limiter limiter = new Limiter(patient, ledger, Backlog.NONE, Tenants.NONE, LimitWatcher.NONE);
        Limiter.get(limiter.limits.ready());
        return limiter;
    }

    private static int node(String tag) {
        return cluster.nodeOf(tag);
    }

    /** A limit of a tenant whose counters are on the {@code nth} of the nodes that have not the shared ones. */
    private static Limit tenant(int nth, long cap) {
        int shared = node("g");
        int wanted = IntStream.range(0, 3)
                .filter(i -> i != shared)
                .skip(nth)
                .findFirst()
                .orElseThrow();
        while (true) {
            Subject subject = new Subject(Subject.Kind.TENANT, UUID.randomUUID().toString());
            if (node("t:" + subject.id()) == wanted) {
                return Limit.block(subject, Meter.COST, Window.LIFETIME, cap);
            }
        }
    }

    private static Future<Decision> reserve(Limiter limiter, List<Limit> limits) {
        Prepared prepared = limiter.limits.prepare(limits);
        return limiter.limits.reserve(prepared, claim(1));
    }

    private static List<Hold> holds(List<Future<Decision>> decisions) {
        return decisions.stream()
                .map(Limiter::get)
                .peek(decision -> assertThat(decision).isInstanceOfAny(Reserved.class, Refused.class))
                .filter(Reserved.class::isInstance)
                .map(decision -> ((Reserved) decision).hold())
                .toList();
    }

    private static Claim claim(long nanoUsd) {
        return new Claim(UUID.randomUUID().toString(), cost(nanoUsd), cost(nanoUsd));
    }

    private static Amounts cost(long nanoUsd) {
        return new Amounts(1, 0, 0, nanoUsd, nanoUsd, 0);
    }
}
