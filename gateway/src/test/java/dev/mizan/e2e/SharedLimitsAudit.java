package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.e2e.CapChecker.Rule;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.store.redis.Standings;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** Looks at a fleet that has nothing to do: the ledger, what callers saw, and what is left in Redis must agree. */
record SharedLimitsAudit(Fleet fleet, CapChecker checker, RandomCallers callers, List<Rule> rules, String as) {
    /** Waits until every answer is in the database and every reservation has ended, and checks it all. */
    void whenQuiet() {
        Await.until(
                as + ": all answers are booked", () -> checker.calls().keySet().containsAll(callers.whole()));
        try (Standings standings = Standings.of(fleet.redis())) {
            Await.untilNone(
                    as + ": nothing is set aside any more, and counters are what the ledger says",
                    () -> differences(standings));
            System.out.println(as + ": " + callers.statuses() + ", lines " + checker.count("true") + ", unresolved "
                    + checker.count("status = 'unresolved'") + ", " + checker.sums(rules.getFirst()));
        }
        assertThat(callers.unexpected()).as(as).isEmpty();
        Map<String, String> calls = checker.calls();
        for (String id : callers.whole()) {
            assertThat(calls.get(id)).as("%s: call %s", as, id).isEqualTo("ok");
        }
        assertThat(checker.count("kind = 'correction'")).as(as).isZero();
        assertThat(checker.count("overrun <> 0"))
                .as("%s: the provider kept to its bounds", as)
                .isZero();
        assertThat(checker.check(rules)).as(as).isEmpty();
    }

    /** Counters of money that hold something, or are not what the ledger says: lines follow their calls' ends. */
    private List<String> differences(Standings standings) {
        List<String> differences = new ArrayList<>();
        for (Standing standing : standings.of(money())) {
            Subject subject = standing.limit().subject();
            long settled = checker.sums(rule(standing.limit())).getOrDefault(subject.id(), 0L);
            if (standing.reserved() != 0 || standing.used() != settled) {
                differences.add(subject + ": used " + standing.used() + ", set aside " + standing.reserved()
                        + ", on the ledger " + settled);
            }
        }
        return differences;
    }

    /** A call was refused for money only if little was left: {@code slack} is what calls in flight could hold. */
    void refusalsWereJustified(long slack) {
        var months = checker.history(rules.get(0));
        var users = checker.history(rules.get(1));
        var models = checker.history(rules.get(2));
        for (RandomCallers.Refused refused : callers.refused()) {
            long at = refused.atMillis();
            boolean justified = settled(months, "", at) + slack > rules.get(0).cap()
                    || settled(users, "user-" + refused.key(), at) + slack
                            > rules.get(1).cap()
                    || settled(models, "once", at) + slack > rules.get(2).cap();
            assertThat(justified)
                    .as("%s: %s, though much was left", as, refused)
                    .isTrue();
        }
    }

    private static long settled(Map<String, NavigableMap<Long, Long>> history, String subject, long atMillis) {
        NavigableMap<Long, Long> sums = history.getOrDefault(subject, Collections.emptyNavigableMap());
        return sums.isEmpty() ? 0 : sums.floorEntry(atMillis).getValue();
    }

    /** Nobody else calls: what is left is enough for a call, so it is admitted. */
    void whatFitsIsAdmitted() throws Exception {
        for (int process = 0; process < fleet.size(); process++) {
            for (int key = 0; key < 4; key++) {
                long left = rules.get(0).cap() - checker.sums(rules.get(0)).getOrDefault("", 0L);
                left = Math.min(
                        left, rules.get(1).cap() - checker.sums(rules.get(1)).getOrDefault("user-" + key, 0L));
                left = Math.min(
                        left, rules.get(2).cap() - checker.sums(rules.get(2)).getOrDefault("once", 0L));
                if (left > RandomCallers.COST_MAX) {
                    Reply reply = callers.call(process, key, RandomCallers.OUTPUT_MAX);
                    assertThat(reply.status()).as("%s: %s", as, reply.text()).isEqualTo(200);
                    Await.until(as + ": booked", () -> checker.calls().containsKey(reply.requestId()));
                }
            }
        }
    }

    private Rule rule(Limit limit) {
        return rules.get(
                switch (limit.subject().kind()) {
                    case GLOBAL -> 0;
                    case USER -> 1;
                    default -> 2;
                });
    }

    private static List<Limit> money() {
        List<Limit> money = new ArrayList<>();
        money.add(Limit.block(Subject.GLOBAL, Meter.COST, Window.month(ZoneOffset.UTC), 1));
        money.add(Limit.block(new Subject(Subject.Kind.MODEL, "once"), Meter.COST, Window.LIFETIME, 1));
        for (int i = 0; i < 4; i++) {
            money.add(Limit.block(new Subject(Subject.Kind.USER, "user-" + i), Meter.COST, Window.LIFETIME, 1));
        }
        return money;
    }
}
