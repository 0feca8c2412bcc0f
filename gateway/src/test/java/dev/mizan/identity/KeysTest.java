package dev.mizan.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.identity.KeyStore.Saved;
import dev.mizan.report.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeysTest {
    private static final String MASTER = "sk-mizan-master-0123456789";

    private final MemoryKeyStore store = new MemoryKeyStore();
    private final ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");
    private final Keys keys = new Keys(store, hasher("a secret of this test, 32 bytes."), MASTER, clock);

    @Test
    void theMasterKeyIsKnownAndNothingNearIt() {
        assertThat(keys.authenticate(MASTER)).contains(Key.MASTER);
        for (String near : List.of("", " ", MASTER + " ", MASTER.substring(1), "sk-mizan-master-012345678", "master")) {
            assertThat(keys.authenticate(near)).isEmpty();
        }
        assertThat(keys.authenticate("x".repeat(KeyText.LENGTH_MAX + 1))).isEmpty();
    }

    @Test
    void anotherSecretIsRefusedAtTheStart() {
        assertThatThrownBy(() -> new Keys(store, hasher("another secret of this test, 32."), MASTER, clock))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("MIZAN_SECRET");
        assertThat(new Keys(store, hasher("a secret of this test, 32 bytes."), "sk-another-master", clock)
                        .authenticate("sk-another-master"))
                .contains(Key.MASTER);
    }

    @Test
    void anEmptyMasterKeyIsRefused() {
        assertThatThrownBy(() -> new Keys(new MemoryKeyStore(), hasher("x".repeat(32)), "", clock))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hasher("x".repeat(15))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsStoredTellsNothingOfTheText() {
        Keys.Issue issue = keys.issue(KeyProfile.DEFAULT, "", "master");

        String stored = store.list(KeyStore.Filter.ALL, 0, 10).toString();
        assertThat(stored)
                .doesNotContain(issue.text())
                .doesNotContain(issue.text().substring(3, 20));
        assertThat(issue.toString()).doesNotContain(issue.text());
    }

    @Test
    void aChangeByAnotherProcessIsSeenAfterARefresh() {
        Keys other = new Keys(store, hasher("a secret of this test, 32 bytes."), MASTER, clock);
        Keys.Issue issue = other.issue(KeyProfile.DEFAULT, "", "master");
        String id = ((Saved.Done) issue.saved()).key().id();

        assertThat(keys.authenticate(issue.text())).isEmpty();
        keys.refresh();
        assertThat(keys.authenticate(issue.text())).map(Key::id).contains(id);

        other.change(id, profile -> profile.withBlocked(true), "master");
        keys.refresh();
        assertThat(keys.authenticate(issue.text()).orElseThrow().blocked()).isTrue();

        other.delete(id, "master");
        keys.refresh();
        assertThat(keys.authenticate(issue.text())).isEmpty();
        assertThat(keys.key(id)).isEmpty();
    }

    @Test
    void aKeyIsNeverUnknownWhileItIsBeingChanged() throws InterruptedException {
        Keys.Issue issue = keys.issue(KeyProfile.DEFAULT, "", "master");
        String id = ((Saved.Done) issue.saved()).key().id();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger unknown = new AtomicInteger();
        Thread caller = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                if (keys.authenticate(issue.text()).isEmpty()) {
                    unknown.incrementAndGet();
                }
            }
        });

        for (int i = 0; i < 2_000; i++) {
            boolean blocked = i % 2 == 0;
            keys.change(id, profile -> profile.withBlocked(blocked), "master");
        }
        over.set(true);
        caller.join();

        assertThat(unknown).hasValue(0);
    }

    /** Random changes in two processes, compared with what a plain map says. */
    @Test
    void twoProcessesAgreeWithEachOtherAfterAnySchedule() {
        for (int seed = 0; seed < 30; seed++) {
            agreeAfter(new Random(seed));
        }
    }

    private void agreeAfter(Random dice) {
        MemoryKeyStore shared = new MemoryKeyStore();
        List<Keys> processes = List.of(
                new Keys(shared, hasher("a secret of this test, 32 bytes."), MASTER, clock),
                new Keys(shared, hasher("a secret of this test, 32 bytes."), MASTER, clock));
        Map<String, String> idByText = new HashMap<>();
        Set<String> dead = new HashSet<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Keys process = processes.get(dice.nextInt(2));
            int act = dice.nextInt(5);
            String id = ids.isEmpty() ? "key_none" : ids.get(dice.nextInt(ids.size()));
            if (act == 0 || ids.isEmpty()) {
                Keys.Issue issue = process.issue(KeyProfile.DEFAULT, "", "master");
                String made = ((Saved.Done) issue.saved()).key().id();
                ids.add(made);
                idByText.put(issue.text(), made);
            } else if (act == 1) {
                if (process.delete(id, "master") instanceof Saved.Done) {
                    idByText.entrySet().removeIf(entry -> gone(entry, id, dead));
                }
            } else if (act == 2) {
                Keys.Issue issue = process.regenerate(id, "", 0, "master");
                if (issue.saved() instanceof Saved.Done) {
                    idByText.entrySet().removeIf(entry -> gone(entry, id, dead));
                    idByText.put(issue.text(), id);
                }
            } else if (act == 3) {
                process.refresh();
            } else {
                process.change(id, profile -> profile.withBlocked(dice.nextBoolean()), "master");
            }
        }
        for (Keys process : processes) {
            process.refresh();
            idByText.forEach((text, id) ->
                    assertThat(process.authenticate(text)).map(Key::id).contains(id));
            dead.forEach(text -> assertThat(process.authenticate(text)).isEmpty());
        }
        for (String id : ids) {
            assertThat(processes.get(0).key(id)).isEqualTo(processes.get(1).key(id));
        }
    }

    private static boolean gone(Map.Entry<String, String> entry, String id, Set<String> dead) {
        boolean gone = entry.getValue().equals(id);
        if (gone) {
            dead.add(entry.getKey());
        }
        return gone;
    }

    @Test
    void anOldTextIsGoodUntilItsGraceEndsAndNotLongerThanTheKey() {
        Keys.Issue first = keys.issue(KeyProfile.DEFAULT, "", "master");
        String id = ((Saved.Done) first.saved()).key().id();
        Keys.Issue second = keys.regenerate(id, "", Duration.ofHours(1).toMillis(), "master");

        long grace = keys.authenticate(first.text()).orElseThrow().expiresAtMillis();
        assertThat(grace).isEqualTo(clock.millis() + 3_600_000);
        assertThat(keys.authenticate(second.text()).orElseThrow().expiresAtMillis())
                .isEqualTo(Long.MAX_VALUE);

        Keys.Issue same = keys.regenerate(id, second.text(), 1_000, "master");
        assertThat(same.saved()).isInstanceOf(Saved.Done.class);
        assertThat(keys.authenticate(second.text())).isPresent();
        assertThat(keys.authenticate(first.text())).isEmpty();
    }

    @Test
    void stampsChangeWithTheTextAndWithNothingElse() {
        Keys.Issue issue = keys.issue(KeyProfile.DEFAULT, "", "master");
        String id = ((Saved.Done) issue.saved()).key().id();
        String stamp = keys.stamp(id).orElseThrow();

        keys.change(id, profile -> profile.withBlocked(true), "master");
        assertThat(keys.stamp(id)).contains(stamp);
        keys.regenerate(id, "", 0, "master");
        assertThat(keys.stamp(id).orElseThrow()).isNotEqualTo(stamp);
        assertThat(keys.stamp("key_none")).isEmpty();
        assertThat(keys.stamp("master")).isPresent();
    }

    private static KeyHasher hasher(String secret) {
        return new KeyHasher(secret.getBytes(StandardCharsets.UTF_8));
    }
}
