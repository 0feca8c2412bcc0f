package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.identity.Allowance;
import dev.mizan.identity.Allowance.TimedBudget;
import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.Holder.Profile;
import dev.mizan.identity.HolderStore.Saved;
import dev.mizan.identity.Holders;
import dev.mizan.identity.Key;
import dev.mizan.identity.KeyHasher;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.Keys;
import dev.mizan.identity.Quota;
import dev.mizan.identity.StoredDirectory;
import dev.mizan.limit.Balances.Adjustment;
import dev.mizan.report.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of stored holders, and of the audit log, with every database. */
abstract class HolderStoreTest {
    private static final JdbcAudit.Filter ALL = new JdbcAudit.Filter("", "", "", "", 0, Long.MAX_VALUE);

    private static final Profile PROFILE = new Profile(
            "Ayşe's \"team\"; DROP TABLE holder",
            "ayse@example.com",
            "acme",
            "standard",
            List.of("fast", "a,b"),
            new Allowance(
                    Map.of(Quota.MAX_BUDGET, 1L, Quota.RPM_LIMIT, 2L),
                    "30d",
                    0,
                    List.of(new TimedBudget(3, "day")),
                    List.of(),
                    List.of(),
                    List.of(),
                    "b"),
            "{\"token\":\"in metadata\"}",
            "{\"user_role\":\"x\"}",
            true);

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock("2026-11-22T10:00:00Z");
    private Database database;
    private Holders here;

    /** Address of a new database; empty for SQLite. */
    abstract String newDatabase();

    @BeforeEach
    void open() {
        database = Database.open(folder, newDatabase(), Database.Access.SERVE);
        here = process();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aHolderReadsAsItWasWritten() {
        for (Kind kind : Kind.values()) {
            here.make(kind, "the\tid", PROFILE, "key_1");
        }

        for (Kind kind : Kind.values()) {
            Holder read = process().find(kind, "the\tid").orElseThrow();
            assertThat(read).isEqualTo(here.find(kind, "the\tid").orElseThrow());
            assertThat(read.profile()).isEqualTo(PROFILE);
            assertThat(read.trail().createdBy()).isEqualTo("key_1");
            assertThat(read.trail().createdAtMillis()).isEqualTo(clock.millis());
        }
    }

    @Test
    void anIdIsOneHoldersUntilThatIsDeleted() {
        assertThat(here.make(Kind.USER, "ayse", PROFILE, "master")).isInstanceOf(Saved.Done.class);
        assertThat(here.make(Kind.USER, "ayse", PROFILE, "master")).isInstanceOf(Saved.Taken.class);
        assertThat(here.make(Kind.TEAM, "ayse", PROFILE, "master")).isInstanceOf(Saved.Done.class);

        here.delete(Kind.USER, "ayse", "master");

        assertThat(here.find(Kind.USER, "ayse")).isEmpty();
        assertThat(here.delete(Kind.USER, "ayse", "master")).isInstanceOf(Saved.NotFound.class);
        assertThat(here.change(Kind.USER, "ayse", profile -> profile, "master")).isInstanceOf(Saved.NotFound.class);
        assertThat(here.make(Kind.USER, "ayse", Profile.DEFAULT, "master")).isInstanceOf(Saved.Done.class);
        assertThat(process().find(Kind.USER, "ayse").orElseThrow().profile()).isEqualTo(Profile.DEFAULT);
    }

    @Test
    void whatOneProcessBlocksTheOtherRefusesOnceItLooks() {
        Keys keys = keys();
        Holders there = process();
        StoredDirectory directory =
                new StoredDirectory(keys::stored, there, name -> Optional.empty(), () -> ZoneOffset.UTC, clock);
        KeyProfile profile =
                new KeyProfile("", "acme", "core", "ayse", "", List.of(), List.of(), "{}", "{}", false, Long.MAX_VALUE);
        Key key = keys.authenticate(keys.issue(profile, "", "master").text()).orElseThrow();
        for (Kind kind : List.of(Kind.TENANT, Kind.TEAM, Kind.USER)) {
            String id = Map.of(Kind.TENANT, "acme", Kind.TEAM, "core", Kind.USER, "ayse")
                    .getOrDefault(kind, "");
            here.make(kind, id, Profile.DEFAULT.withBlocked(true), "master");
            assertThat(directory.of(key).blocked()).isEmpty();

            there.refresh();
            assertThat(directory.of(key).blocked()).isEqualTo(kind.label() + " " + id + " is blocked");

            here.change(kind, id, before -> before.withBlocked(false), "master");
            there.refresh();
            assertThat(directory.of(key).blocked()).isEmpty();
        }
    }

    @Test
    void changesAtTheSameTimeAllCount() throws InterruptedException {
        here.make(Kind.TEAM, "core", Profile.DEFAULT, "master");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            threads.add(Thread.ofVirtual()
                    .start(() -> here.change(
                            Kind.TEAM, "core", profile -> profile.withDetails(profile.details() + "x"), "master")));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(here.find(Kind.TEAM, "core").orElseThrow().profile().details())
                .isEqualTo("{}" + "x".repeat(20));
    }

    @Test
    void everyChangeIsInTheAuditLogWithoutSecrets() {
        Keys keys = keys();
        Keys.Issue issue = keys.issue(KeyProfile.DEFAULT, "", "master");
        String id = keys.authenticate(issue.text()).orElseThrow().id();
        keys.change(id, profile -> profile.withBlocked(true), "master");
        keys.regenerate(id, "", 0, "master");
        keys.delete(id, "master");
        clock.set("2026-11-22T11:00:00Z");
        here.make(Kind.USER, "ayse", PROFILE, "key_1");
        here.change(Kind.USER, "ayse", profile -> profile.withBlocked(false), "key_1");
        here.delete(Kind.USER, "ayse", "key_1");
        new Adjustments(database)
                .add(new Adjustment("adj_1", "user:ayse|cost|day|worst-case", 5, -7), "reset", "key_1");

        List<JdbcAudit.Change> changes = new JdbcAudit(database).page(ALL, Long.MAX_VALUE, 100);

        assertThat(changes.reversed())
                .extracting(change -> change.kind() + " " + change.action() + " by " + change.by())
                .containsExactly(
                        "key created by master",
                        "key blocked by master",
                        "key regenerated by master",
                        "key deleted by master",
                        "user created by key_1",
                        "user unblocked by key_1",
                        "user deleted by key_1",
                        "counter adjusted by key_1");
        assertThat(changes.get(2).before()).contains("\"blocked\":true").contains("\"rpm_limit\":2");
        assertThat(changes.get(2).after()).contains("\"blocked\":false").contains("\"token\"");
        assertThat(changes.toString())
                .doesNotContain("in metadata")
                .doesNotContain(issue.text().substring(3));
        assertThat(page(new JdbcAudit.Filter("user", "ayse", "deleted", "key_1", 0, Long.MAX_VALUE)))
                .hasSize(1);
        assertThat(page(new JdbcAudit.Filter("", "", "", "", clock.millis(), Long.MAX_VALUE)))
                .hasSize(3);
        assertThat(page(new JdbcAudit.Filter("", "", "", "", 0, clock.millis())))
                .hasSize(5);
        List<JdbcAudit.Change> first = new JdbcAudit(database).page(ALL, Long.MAX_VALUE, 3);
        assertThat(new JdbcAudit(database).page(ALL, first.getLast().revision(), 100))
                .hasSize(5);
    }

    private List<JdbcAudit.Change> page(JdbcAudit.Filter filter) {
        return new JdbcAudit(database).page(filter, Long.MAX_VALUE, 100);
    }

    private Holders process() {
        return new Holders(new JdbcHolders(database), clock);
    }

    private Keys keys() {
        KeyHasher hasher = new KeyHasher("a secret of this test, 32 bytes.".getBytes(StandardCharsets.UTF_8));
        return new Keys(new JdbcKeys(database), hasher, "sk-mizan-master-0123456789", clock);
    }
}
