package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.KeyStore;
import dev.mizan.identity.KeyStore.Filter;
import dev.mizan.identity.KeyStore.Saved;
import dev.mizan.identity.StoredKey;
import dev.mizan.identity.StoredKey.Credential;
import dev.mizan.identity.StoredKey.Trail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of stored keys with every database. */
abstract class KeyStoreTest {
    @TempDir
    Path folder;

    private Database database;
    private KeyStore store;

    /** Address of a new database; empty for SQLite. */
    abstract String newDatabase();

    @BeforeEach
    void open() {
        database = Database.open(folder, newDatabase(), Database.Access.SERVE);
        store = new JdbcKeys(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aKeyReadsAsItWasWritten() {
        StoredKey key = new StoredKey(
                "key_1",
                new Credential(hash('a'), "sk-...Ab3d", hash('b'), 1_795_000_000_123L),
                new KeyProfile(
                        "Ayşe's \"key\"; DROP TABLE virtual_key",
                        "acme",
                        "core",
                        "ayse",
                        "standard",
                        List.of("fast", "a,b", "\""),
                        List.of("=tag", "متجر"),
                        "{\"a\":{\"b\":[1,2.50,null]}}",
                        "{\"max_budget\":0.1000000000000000055}",
                        true,
                        1_800_000_000_000L),
                new Trail(1, "master", 2, "key_0", 0),
                0);

        StoredKey saved = done(store.insert(key));

        assertThat(saved.withRevision(0)).isEqualTo(key);
        assertThat(store.find("key_1")).contains(saved);
        assertThat(store.findByHash(hash('a'))).contains(saved);
        assertThat(store.findByHash(hash('b'))).contains(saved);
        assertThat(store.findByHash("")).isEmpty();
        assertThat(store.findByAlias(key.profile().alias())).contains(saved);
        assertThat(store.findByAlias("")).isEmpty();
        assertThat(store.find("key_2")).isEmpty();
    }

    @Test
    void aHashBelongsToOneKeyAndAnAliasToOneThatLives() {
        done(store.insert(key("1", 'a', "ci")));

        assertThat(store.insert(key("2", 'a', "other"))).isEqualTo(new Saved.Taken("key"));
        assertThat(store.insert(key("2", 'b', "ci"))).isEqualTo(new Saved.Taken("key_alias"));
        done(store.insert(key("2", 'b', "")));
        done(store.insert(key("3", 'c', "")));
        assertThat(store.update("3", k -> withAlias(k, "ci"))).isEqualTo(new Saved.Taken("key_alias"));

        done(store.update("1", k -> deleted(k)));
        done(store.update("3", k -> withAlias(k, "ci")));
        assertThat(store.insert(key("4", 'a', ""))).isEqualTo(new Saved.Taken("key"));
        assertThat(store.update("1", k -> k)).isEqualTo(new Saved.NotFound());
        assertThat(store.update("none", k -> k)).isEqualTo(new Saved.NotFound());
        assertThat(store.find("1").orElseThrow().isDeleted()).isTrue();
    }

    @Test
    void aTextBeforeBelongsToItsKeyToo() {
        StoredKey first = done(store.insert(key("1", 'a', "")));
        done(store.update(
                "1",
                k -> new StoredKey(
                        k.id(), new Credential(hash('b'), "sk-...", hash('a'), 5), k.profile(), k.trail(), 0)));

        assertThat(store.insert(key("2", 'a', ""))).isEqualTo(new Saved.Taken("key"));
        assertThat(store.findByHash(hash('a'))).map(StoredKey::id).contains(first.id());
    }

    @Test
    void listsAreNewestFirstAndFiltered() {
        for (int i = 0; i < 9; i++) {
            KeyProfile profile = new KeyProfile(
                    "alias" + i,
                    i % 2 == 0 ? "acme" : "globex",
                    "team" + i % 3,
                    "user" + i % 4,
                    "",
                    List.of(),
                    List.of(),
                    "{}",
                    "{}",
                    false,
                    Long.MAX_VALUE);
            done(store.insert(new StoredKey(
                    "key_" + i,
                    new Credential(hash((char) ('a' + i)), "sk-...", "", 0),
                    profile,
                    new Trail(i, "master", i, "master", 0),
                    0)));
        }
        done(store.update("key_8", k -> deleted(k)));

        assertThat(ids(store.list(Filter.ALL, 0, 3))).containsExactly("key_7", "key_6", "key_5");
        assertThat(ids(store.list(Filter.ALL, 6, 3))).containsExactly("key_1", "key_0");
        assertThat(store.list(Filter.ALL, 6, 3).total()).isEqualTo(8);
        assertThat(ids(store.list(new Filter("", "acme", "", ""), 0, 100)))
                .containsExactly("key_6", "key_4", "key_2", "key_0");
        assertThat(ids(store.list(new Filter("", "acme", "team0", "user2"), 0, 100)))
                .containsExactly("key_6");
        assertThat(ids(store.list(new Filter("alias3", "", "", ""), 0, 100))).containsExactly("key_3");
    }

    @Test
    void everyChangeHasItsOwnRevisionAndNoneIsMissedByWhoFollows() throws InterruptedException {
        ConcurrentLinkedQueue<String> inserted = new ConcurrentLinkedQueue<>();
        List<Thread> writers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "writer" + t;
            writers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 25; i++) {
                    String id = name + "-" + i;
                    done(store.insert(key(id, 'x', "")));
                    done(store.update(id, k -> withAlias(k, id)));
                    inserted.add(id);
                }
            }));
        }

        long revision = 0;
        Set<String> followed = new HashSet<>();
        Set<Long> revisions = new HashSet<>();
        while (followed.size() < 100) {
            for (StoredKey key : store.changedAfter(revision, 7)) {
                assertThat(key.revision()).isGreaterThan(revision);
                revision = key.revision();
                assertThat(revisions.add(revision)).isTrue();
                if (!key.profile().alias().isEmpty()) {
                    followed.add(key.id());
                }
            }
        }
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(followed).containsExactlyInAnyOrderElementsOf(inserted);
        assertThat(store.changedAfter(revision, 10)).isEmpty();
    }

    @Test
    void concurrentChangesOfOneKeyAllCount() throws InterruptedException {
        done(store.insert(key("1", 'a', "")));
        List<Thread> writers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int writer = t;
            writers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20; i++) {
                    String tag = writer + "-" + i;
                    done(store.update("1", k -> withTag(k, tag)));
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(store.find("1").orElseThrow().profile().tags()).hasSize(80);
    }

    @Test
    void theFirstFingerprintStays() {
        assertThat(store.fingerprint("one")).isEqualTo("one");
        assertThat(store.fingerprint("two")).isEqualTo("one");
        assertThat(new JdbcKeys(database).fingerprint("three")).isEqualTo("one");
    }

    private static StoredKey done(Saved saved) {
        assertThat(saved).isInstanceOf(Saved.Done.class);
        return ((Saved.Done) saved).key();
    }

    private static List<String> ids(KeyStore.Page page) {
        return page.keys().stream().map(StoredKey::id).toList();
    }

    private static StoredKey key(String id, char hash, String alias) {
        return new StoredKey(
                id,
                new Credential(hash == 'x' ? id : hash(hash), "sk-...", "", 0),
                profile(alias, List.of()),
                new Trail(1, "master", 1, "master", 0),
                0);
    }

    private static KeyProfile profile(String alias, List<String> tags) {
        return new KeyProfile(alias, "default", "", "", "", List.of(), tags, "{}", "{}", false, Long.MAX_VALUE);
    }

    private static StoredKey withAlias(StoredKey key, String alias) {
        return new StoredKey(
                key.id(), key.credential(), profile(alias, key.profile().tags()), key.trail(), key.revision());
    }

    private static StoredKey withTag(StoredKey key, String tag) {
        List<String> tags = new ArrayList<>(key.profile().tags());
        tags.add(tag);
        return new StoredKey(
                key.id(), key.credential(), profile(key.profile().alias(), tags), key.trail(), key.revision());
    }

    private static StoredKey deleted(StoredKey key) {
        return new StoredKey(
                key.id(), key.credential(), key.profile(), new Trail(1, "master", 2, "master", 2), key.revision());
    }

    private static String hash(char digit) {
        return String.valueOf(digit).repeat(64);
    }
}
