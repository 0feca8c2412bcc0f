package dev.mizan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.identity.Allowance.ModelQuota;
import dev.mizan.identity.Allowance.TimedBudget;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.Holder.Profile;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.report.ManualClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredDirectoryTest {
    private static final ZoneId ISTANBUL = ZoneId.of("Europe/Istanbul");
    private static final Subject KEY = new Subject(Subject.Kind.KEY, "key_1");

    private final ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");
    private final MemoryHolderStore store = new MemoryHolderStore();
    private final Holders holders = new Holders(store, clock);
    private final Map<String, StoredKey> keys = new HashMap<>();
    private final Map<String, Plan> plans = new HashMap<>();
    private ZoneId zone = ISTANBUL;
    private final StoredDirectory directory = new StoredDirectory(
            id -> Optional.ofNullable(keys.get(id)),
            holders,
            name -> Optional.ofNullable(plans.get(name)),
            () -> zone,
            clock);

    @Test
    void whatNobodySetAnythingOfIsFree() {
        assertThat(directory.of(Key.MASTER)).isSameAs(Membership.FREE);
        assertThat(directory.of(new Key("key_9", Key.MASTER.principal(), false, 1, Set.of())))
                .isSameAs(Membership.FREE);
        assertThat(directory.ofEndUser("acme", "bob")).isSameAs(Membership.FREE);
        assertThat(directory.ofTags(List.of("a"))).isSameAs(Membership.FREE);
    }

    @Test
    void eachHolderAddsItsOwnLimits() {
        Key key = key(allowance(Map.of(Quota.RPM_LIMIT, 2L)), "");
        make(Kind.USER, "ayse", allowance(Map.of(Quota.MAX_REQUESTS_PER_DAY, 100L)));
        make(Kind.TEAM, "core", allowance(Map.of(Quota.MAX_BUDGET, 5_000_000_000L)));
        make(Kind.TENANT, "acme", allowance(Map.of(Quota.MAX_PARALLEL_REQUESTS, 7L)));

        Membership membership = directory.of(key);

        assertThat(membership.limits())
                .extracting(limit -> limit.account() + " <= " + limit.cap() + " of " + limit.origin())
                .containsExactly(
                        "key:key_1|requests|minute|worst-case <= 2 of key key_1",
                        "user:ayse|requests|day|worst-case <= 100 of user ayse",
                        "team:core|cost|lifetime|worst-case <= 5000000000 of team core",
                        "tenant:acme|concurrency|in_flight|worst-case <= 7 of tenant acme");
        assertThat(membership.blocked()).isEmpty();
    }

    @Test
    void everyFieldIsALimitOfItsWindow() {
        Map<Quota, Long> all = new HashMap<>();
        for (Quota quota : Quota.values()) {
            all.put(quota, 1L + quota.ordinal());
        }
        Allowance allowance = new Allowance(
                all,
                "30d",
                0,
                List.of(new TimedBudget(9, "day")),
                List.of(
                        new ModelQuota("gpt", Quota.MAX_BUDGET, 3, "1mo"),
                        new ModelQuota("gpt", Quota.TPM_LIMIT, 4, "")),
                List.of(),
                List.of(),
                "");

        List<Limit> limits = directory.of(key(allowance, "")).limits();

        assertThat(limits)
                .extracting(
                        limit -> limit.meter().label() + " " + limit.window().label() + " " + limit.cap())
                .containsExactlyInAnyOrder(
                        "cost 30d 1",
                        "cost 30d 2",
                        "cost day 9",
                        "concurrency in_flight 4",
                        "requests minute 5",
                        "tokens minute 6",
                        "requests minute 7",
                        "requests hour 8",
                        "requests day 9",
                        "requests month 10",
                        "tokens minute 11",
                        "tokens hour 12",
                        "tokens day 13",
                        "tokens month 14",
                        "cost month 3",
                        "tokens minute 4");
        Limit soft = limits.get(1);
        assertThat(soft.atCap()).isEqualTo(new AtCap.Notify());
        assertThat(soft.alertAt()).containsExactly(100);
        assertThat(soft.account()).isEqualTo(limits.getFirst().account());
        assertThat(limits)
                .filteredOn(limit -> limit.subject().equals(KEY.onModel("gpt")))
                .hasSize(2);
        assertThat(limits)
                .filteredOn(limit -> limit.window().equals(Window.day(ISTANBUL)))
                .hasSize(3);
    }

    @Test
    void oneObjectServesUntilSomethingOfItChanges() {
        Key key = key(Allowance.NONE, "");
        make(Kind.USER, "ayse", allowance(Map.of(Quota.RPM_LIMIT, 2L)));
        Membership first = directory.of(key);
        make(Kind.USER, "mehmet", allowance(Map.of(Quota.RPM_LIMIT, 1L)));
        assertThat(directory.of(key)).isSameAs(first);

        holders.change(Kind.USER, "ayse", profile -> profile.withBlocked(true), "master");

        Membership second = directory.of(key);
        assertThat(second.blocked()).isEqualTo("user ayse is blocked");
        assertThat(directory.of(key)).isSameAs(second);
        holders.delete(Kind.USER, "ayse", "master");
        assertThat(directory.of(key).limits()).isEmpty();
        assertThat(directory.of(key).blocked()).isEmpty();
    }

    @Test
    void aChangedTimeZoneMovesTheWindows() {
        Key key = key(allowance(Map.of(Quota.MAX_REQUESTS_PER_DAY, 2L)), "");
        Membership first = directory.of(key);

        zone = ZoneId.of("UTC");

        assertThat(directory.of(key)).isNotSameAs(first);
        assertThat(directory.of(key).limits().getFirst().window()).isEqualTo(Window.day(ZoneId.of("UTC")));
    }

    @Test
    void anIncreaseEndsAtItsMoment() {
        long end = clock.instant().plusSeconds(3_600).toEpochMilli();
        Key key = key(
                new Allowance(
                        Map.of(Quota.MAX_BUDGET, 10L, Quota.TEMP_BUDGET_INCREASE, 5L),
                        "",
                        end,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        ""),
                "");

        clock.advance(Duration.ofMillis(3_599_999));
        assertThat(directory.of(key).limits().getFirst().cap()).isEqualTo(15);
        assertThat(directory.of(key)).isSameAs(directory.of(key));
        clock.advance(Duration.ofMillis(1));
        assertThat(directory.of(key).limits().getFirst().cap()).isEqualTo(10);
        assertThat(directory.of(key)).isSameAs(directory.of(key));
    }

    @Test
    void modelsMustBeAllowedByEveryHolder() {
        Key key = key(Allowance.NONE, "");
        holders.make(Kind.TEAM, "core", models("fast", "smart"), "master");
        holders.make(Kind.USER, "ayse", models("smart", "huge"), "master");

        Membership membership = directory.of(key);

        assertThat(membership.allows("smart")).isTrue();
        assertThat(membership.allows("fast")).isFalse();
        assertThat(membership.allows("huge")).isFalse();
    }

    @Test
    void aPlanAddsItsLimitsToWhoHoldsItAndAConfiguredOneComesFirst() {
        Key key = key(allowance(Map.of(Quota.RPM_LIMIT, 9L)), "standard");
        holders.make(
                Kind.PLAN,
                "standard",
                new Profile("", "", "", "", List.of("fast"), allowance(Map.of(Quota.RPM_LIMIT, 2L)), "{}", "{}", false),
                "master");

        Membership membership = directory.of(key);

        assertThat(membership.plan()).isEqualTo("standard");
        assertThat(membership.allows("smart")).isFalse();
        assertThat(membership.limits()).extracting(Limit::cap).containsExactly(9L, 2L);
        assertThat(membership.limits()).extracting(Limit::subject).containsOnly(KEY);
        assertThat(directory.of(key)).isSameAs(membership);

        Limit configured = Limit.block(new Subject(Subject.Kind.KEY, Subject.ANY), Meter.TOKENS, Window.HOUR, 3);
        plans.put("standard", new Plan("standard", BigDecimal.ZERO, "USD", "month", Set.of(), List.of(configured)));
        assertThat(directory.of(key).limits()).extracting(Limit::meter).containsExactly(Meter.REQUESTS, Meter.TOKENS);
    }

    @Test
    void aPlanOrBudgetThatIsGoneBlocks() {
        assertThat(directory.of(key(Allowance.NONE, "gone")).blocked()).isEqualTo("plan gone does not exist");
        Allowance budget = new Allowance(Map.of(), "", 0, List.of(), List.of(), List.of(), List.of(), "b1");
        assertThat(directory.of(key(budget, "")).blocked()).isEqualTo("budget b1 does not exist");

        make(Kind.BUDGET, "b1", allowance(Map.of(Quota.MAX_BUDGET, 8L)));

        Membership membership = directory.of(key(budget, ""));
        assertThat(membership.blocked()).isEmpty();
        assertThat(membership.limits()).extracting(Limit::subject).containsExactly(KEY);
        assertThat(membership.limits()).extracting(Limit::origin).containsExactly("budget b1");
    }

    @Test
    void aCustomerIsOneOfATenantsOrOfEach() {
        make(Kind.CUSTOMER, Holder.customerId("acme", "bob"), allowance(Map.of(Quota.RPM_LIMIT, 1L)));
        make(Kind.CUSTOMER, Holder.customerId("", "bob"), allowance(Map.of(Quota.RPM_LIMIT, 2L)));

        assertThat(directory.ofEndUser("acme", "bob").limits())
                .extracting(limit -> limit.subject() + " " + limit.cap())
                .containsExactly(Subject.endUser("acme", "bob") + " 1");
        assertThat(directory.ofEndUser("other", "bob").limits())
                .extracting(limit -> limit.subject() + " " + limit.cap())
                .containsExactly(Subject.endUser("other", "bob") + " 2");
        assertThat(directory.ofEndUser("acme", "eve")).isSameAs(Membership.FREE);
        assertThat(directory.ofEndUser("other", "bob")).isSameAs(directory.ofEndUser("other", "bob"));
    }

    @Test
    void eachTagHasItsOwnLimits() {
        make(Kind.TAG, "ci", allowance(Map.of(Quota.MAX_BUDGET, 1L)));
        make(Kind.TAG, "nightly", allowance(Map.of(Quota.MAX_BUDGET, 2L)));

        Membership both = directory.ofTags(List.of("ci", "other", "nightly"));

        assertThat(both.limits())
                .extracting(limit -> limit.subject().toString())
                .containsExactly("tag:ci", "tag:nightly");
        assertThat(directory.ofTags(List.of("ci", "other", "nightly"))).isSameAs(both);
        assertThat(directory.ofTags(List.of("other"))).isSameAs(Membership.FREE);
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Allowance allowance = new Allowance(
                Map.of(Quota.MAX_BUDGET, 23_190_000_001L, Quota.TPM_LIMIT, 833L, Quota.TEMP_BUDGET_INCREASE, 1L),
                "30d",
                1_795_000_000_123L,
                List.of(new TimedBudget(9, "day"), new TimedBudget(0, "")),
                List.of(
                        new ModelQuota("a/b~c", Quota.MAX_BUDGET, 3, "1mo"),
                        new ModelQuota("a/b~c", Quota.RPM_LIMIT, 5, ""),
                        new ModelQuota("gpt", Quota.TPM_LIMIT, 4, "")),
                List.of("/v1/embeddings"),
                List.of("10.0.0.0/8"),
                "b1");

        assertThat(AllowanceJson.read(AllowanceJson.text(allowance))).isEqualTo(allowance);
        assertThat(AllowanceJson.read("{}")).isEqualTo(Allowance.NONE);
    }

    private Key key(Allowance allowance, String plan) {
        KeyProfile profile = new KeyProfile(
                "", "acme", "core", "ayse", plan, allowance, List.of(), List.of(), "{}", "{}", false, Long.MAX_VALUE);
        StoredKey key = new StoredKey(
                "key_1",
                new StoredKey.Credential("", "", "", 0),
                profile,
                StoredKey.Trail.begin(clock.millis(), "master"),
                1);
        keys.put("key_1", key);
        return key.key();
    }

    private void make(Kind kind, String id, Allowance allowance) {
        holders.make(kind, id, new Profile("", "", "", "", List.of(), allowance, "{}", "{}", false), "master");
    }

    private static Profile models(String... models) {
        return new Profile("", "", "", "", List.of(models), Allowance.NONE, "{}", "{}", false);
    }

    private static Allowance allowance(Map<Quota, Long> amounts) {
        return new Allowance(amounts, "", 0, List.of(), List.of(), List.of(), List.of(), "");
    }
}
