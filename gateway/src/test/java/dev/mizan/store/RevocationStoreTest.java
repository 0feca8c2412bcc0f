package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.licence.RevocationStore.Revocation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Revocations in both databases. */
class RevocationStoreTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void revocationsAreKeptOnceAndInOrder(Database.Kind kind) {
        String url = kind == Database.Kind.SQLITE ? "" : PostgresServer.shared().newDatabase();
        try (Database database = Database.open(folder, url, Database.Access.SERVE)) {
            JdbcRevocations store = new JdbcRevocations(database);
            assertThat(store.after(0, 10)).isEmpty();

            Revocation first = store.revoke("DMZ-ş", 1_000, "master");
            store.revoke("DMZ-2", 2_000, "command");
            assertThat(store.revoke("DMZ-ş", 3_000, "late")).isEqualTo(first);
            store.revoke("DMZ-3", 4_000, "command");

            List<Revocation> all = store.after(0, 10);
            assertThat(all).extracting(Revocation::licence).containsExactly("DMZ-ş", "DMZ-2", "DMZ-3");
            assertThat(all).extracting(Revocation::revision).isSorted().doesNotHaveDuplicates();
            assertThat(store.after(all.get(1).revision(), 10)).containsExactly(all.get(2));
            assertThat(store.after(0, 2)).hasSize(2);
            assertThat(store.find("DMZ-2")).contains(all.get(1));
            assertThat(store.find("DMZ-4")).isEmpty();
        }
    }
}
