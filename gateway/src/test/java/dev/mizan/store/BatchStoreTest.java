package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.batch.Batch;
import dev.mizan.batch.BatchFile;
import dev.mizan.batch.BatchStore;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchStoreTest {
    @TempDir
    Path folder;

    static Stream<String> databases() {
        return Stream.of("", "postgresql");
    }

    private Database open(String database) {
        String url = database.isEmpty() ? "" : PostgresServer.shared().newDatabase();
        return Database.open(folder, url, Database.Access.SERVE);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void filesAreFoundListedByOwnerAndDeleted(String name) {
        try (Database database = open(name)) {
            BatchStore store = new JdbcBatches(database);
            BatchFile first = file("file-1", "key_a", 1);
            BatchFile second = file("file-2", "key_a", 2);
            store.add(first);
            store.add(second);
            store.add(file("file-3", "key_b", 3));
            store.add(file("file-1", "key_thief", 4));

            assertThat(store.file("file-1")).contains(first);
            assertThat(store.files("key_a", 9)).containsExactly(second, first);
            assertThat(store.files("key_a", 1)).containsExactly(second);
            store.deleteFile("file-1");
            assertThat(store.file("file-1")).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void oneAtATimeLooksAtABatchUntilItIsSettled(String name) {
        try (Database database = open(name)) {
            BatchStore store = new JdbcBatches(database);
            Batch batch = new Batch("batch_1", "key_a", "up", "file-1", "line", "{}", true, 1_000, 0, 1);
            store.add(batch);

            assertThat(store.due(999, 9)).isEmpty();
            assertThat(store.due(1_000, 9)).containsExactly(batch);
            assertThat(store.claim(batch, 1_000, 5_000)).isTrue();
            assertThat(store.claim(batch, 1_001, 5_000)).isFalse();
            assertThat(store.due(4_999, 9)).isEmpty();
            assertThat(store.claim(batch, 5_000, 9_000)).isTrue();

            store.update(new Batch("batch_1", "key_a", "up", "file-1", "line", "{\"a\":1}", true, 7_000, 1, 1));
            assertThat(store.claim(batch, 5_001, 9_000)).isTrue();
            store.update(new Batch("batch_1", "key_a", "up", "file-1", "line", "{\"a\":2}", false, 7_000, 2, 1));
            assertThat(store.claim(batch, 9_001, 9_999)).isFalse();
            assertThat(store.due(99_999, 9)).isEmpty();
            assertThat(store.batches("key_a", 9)).extracting(Batch::json).containsExactly("{\"a\":2}");
            assertThat(store.batches("key_b", 9)).isEmpty();
        }
    }

    private static BatchFile file(String id, String key, long atMillis) {
        return new BatchFile(
                id,
                key,
                "up",
                "cheap",
                "up/m",
                new BatchFile.Bound(2, 30, 40, 50, ""),
                "{\"id\":\"" + id + "\"}",
                atMillis);
    }
}
