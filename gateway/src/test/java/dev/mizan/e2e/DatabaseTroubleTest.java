package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.store.Database;
import dev.mizan.store.PostgresServer;
import dev.mizan.upstream.FakeUpstream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With its database locked or gone the gateway goes on serving, and the books are whole once it is back. */
class DatabaseTroubleTest {
    @TempDir
    Path folder;

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void callsAreServedWhileSqliteIsLockedAndBookedAfterwards() throws Exception {
        try (Gateway gateway = Gateway.over(upstream, folder)) {
            Set<String> requestIds = new TreeSet<>(calls(gateway, 10));
            try (Connection other = DriverManager.getConnection(
                            "jdbc:sqlite:" + folder.resolve("data").resolve(Database.FILE));
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN EXCLUSIVE");
                requestIds.addAll(calls(gateway, 200));
                statement.execute("ROLLBACK");
            }
            requestIds.addAll(calls(gateway, 10));

            assertBookedOnce(gateway.books(), requestIds);
        }
    }

    @Test
    void callsAreServedWhilePostgresIsStoppedAndBookedAfterwards() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            String url = server.newDatabase();
            try (Gateway gateway = Gateway.overPostgres(upstream, folder, url)) {
                Set<String> requestIds = new TreeSet<>(calls(gateway, 10));
                server.crash();
                requestIds.addAll(calls(gateway, 100));
                server.resume();
                requestIds.addAll(calls(gateway, 10));

                assertBookedOnce(gateway.books(), requestIds);
            }
        }
    }

    @Test
    void whatWaitedForADatabaseSurvivesARestart() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            String url = server.newDatabase();
            Set<String> requestIds = new TreeSet<>();
            try (Gateway gateway = Gateway.overPostgres(upstream, folder, url)) {
                requestIds.addAll(calls(gateway, 5));
                server.crash();
                requestIds.addAll(calls(gateway, 50));
            }
            server.resume();
            try (Gateway gateway = Gateway.overPostgres(upstream, folder, url)) {
                requestIds.addAll(calls(gateway, 5));

                assertBookedOnce(gateway.books(), requestIds);
            }
        }
    }

    private static List<String> calls(Gateway gateway, int count) throws Exception {
        List<String> requestIds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Reply reply = gateway.chat(i % 2 == 0 ? Calls.chat("once") : Calls.stream("once"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.whole()).isTrue();
            requestIds.add(reply.requestId());
        }
        return requestIds;
    }

    private static void assertBookedOnce(Books books, Set<String> requestIds) {
        books.awaitCount(Line.Kind.CALL, requestIds.size());
        assertThat(books.all().stream().map(Line::id).collect(Collectors.toList()))
                .containsExactlyInAnyOrderElementsOf(requestIds);
        books.assertRollupsAreSums();
    }
}
