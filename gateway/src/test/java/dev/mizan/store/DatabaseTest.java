package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.ledger.FolderLockedException;
import dev.mizan.store.Database.Access;
import dev.mizan.store.Database.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir
    Path folder;

    @Test
    void sqliteIsMadeWithItsTablesAndKeepsWhatIsWritten() {
        try (Database database = Database.open(folder, "", Access.SERVE)) {
            insert(database, "a", 7);

            assertThat(database.kind()).isEqualTo(Kind.SQLITE);
            assertThat(pragma(database, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(database, "synchronous")).isEqualTo("2");
            assertThat(pragma(database, "page_size")).isEqualTo("8192");
        }
        try (Database database = Database.open(folder, "", Access.SERVE)) {
            assertThat(segment(database, "a")).isEqualTo(7);
        }
    }

    @Test
    void aSecondGatewayOnTheDataFolderIsRefused() {
        try (Database database = Database.open(folder, "", Access.SERVE)) {
            insert(database, "a", 1);

            assertThatThrownBy(() -> Database.open(folder, "", Access.SERVE))
                    .isInstanceOf(FolderLockedException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            assertThatThrownBy(() -> Database.open(folder, "", Access.CHANGE))
                    .isInstanceOf(FolderLockedException.class)
                    .hasMessageContaining("no running gateway");
        }
        Database.open(folder, "", Access.CHANGE).close();
    }

    @Test
    void readingTakesNoLockAndCantWrite() {
        try (Database serving = Database.open(folder, "", Access.SERVE)) {
            insert(serving, "a", 3);

            try (Database reading = Database.open(folder, "", Access.READ)) {
                assertThat(segment(reading, "a")).isEqualTo(3);
                assertThatThrownBy(() -> reading.read(handle -> insert(handle, "b", 1)))
                        .isInstanceOf(JdbiException.class)
                        .hasMessageContaining("readonly");
            }
        }
    }

    @Test
    void readingDoesNotMakeADatabase() {
        assertThatThrownBy(() -> Database.open(folder, "", Access.READ))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("no database at");
        assertThat(folder.resolve(Database.FILE)).doesNotExist();
    }

    @Test
    void aWriteThatThrowsLeavesNothingBehind() {
        try (Database database = Database.open(folder, "", Access.SERVE)) {
            assertThatThrownBy(() -> database.write(handle -> {
                        insert(handle, "a", 1);
                        throw new IllegalStateException("on purpose");
                    }))
                    .hasMessage("on purpose");

            assertThat(database.<Long>read(handle -> handle.createQuery("SELECT count(*) FROM journal_position")
                            .mapTo(Long.class)
                            .one()))
                    .isZero();
        }
    }

    @Test
    void aDataFolderThatCantBeMadeIsSaid() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> Database.open(file.resolve("data"), "", Access.SERVE))
                .hasMessageContaining("data folder " + file);
    }

    private static void insert(Database database, String instance, long segment) {
        database.write(handle -> insert(handle, instance, segment));
    }

    private static int insert(Handle handle, String instance, long segment) {
        return handle.execute("INSERT INTO journal_position VALUES (?, ?, 0)", instance, segment);
    }

    private static long segment(Database database, String instance) {
        return database.read(handle -> handle.createQuery("SELECT segment FROM journal_position WHERE instance = ?")
                .bind(0, instance)
                .mapTo(Long.class)
                .one());
    }

    private static String pragma(Database database, String name) {
        return database.read(handle ->
                handle.createQuery("PRAGMA " + name).mapTo(String.class).one());
    }
}
