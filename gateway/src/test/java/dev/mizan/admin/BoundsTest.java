package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineBuilder;
import dev.mizan.store.DatabaseUnavailableException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens at each bound, one past it, and when a long answer breaks off. */
@Timeout(120)
class BoundsTest {
    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private AdminHarness api;

    @BeforeEach
    void open() {
        api = new AdminHarness(folder);
    }

    @AfterEach
    void close() {
        api.close();
        threads.close();
    }

    @Test
    void asManyRequestsAsFitAreWorkedOnAndOneMoreIsSentAway() throws InterruptedException, ExecutionException {
        heldAt("/api/v1/ledger", Dispatcher.REQUESTS_MAX, "/api/v1/ledger");
    }

    @Test
    void asManyExportsAsFitAreWrittenAndOneMoreIsSentAway() throws InterruptedException, ExecutionException {
        api.ledger.add(LineBuilder.at("2026-11-22T09:00:00Z").build());

        heldAt("/api/v1/ledger?format=csv", Dispatcher.EXPORTS_MAX, "/api/v1/ledger?format=csv");
    }

    /** Holds {@code count} requests inside, asks once more, lets go, and asks again. */
    private void heldAt(String path, int count, String further) throws InterruptedException, ExecutionException {
        Semaphore inside = new Semaphore(0);
        CountDownLatch leave = new CountDownLatch(1);
        api.ledger.onRead(() -> {
            inside.release();
            await(leave);
        });
        List<Future<Reply>> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(threads.submit(() -> api.get(path, MASTER)));
        }
        inside.acquire(count);

        Reply over = api.get(further, MASTER);
        assertThat(over.status()).isEqualTo(503);
        assertThat(over.code()).isEqualTo("overloaded");
        assertThat(over.header("retry-after")).isEqualTo("1");
        assertThat(over.header("content-disposition")).isEmpty();

        leave.countDown();
        for (Future<Reply> one : held) {
            assertThat(one.get().status()).isEqualTo(200);
        }
        assertThat(api.get(further, MASTER).status()).isEqualTo(200);
    }

    @Test
    void anExportThatFailsBeforeItsFirstPieceIsRefusedInOrder() {
        api.ledger.breakDown(true);

        Reply reply = api.get("/api/v1/ledger?format=csv", MASTER);

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.code()).isEqualTo("database_unavailable");
        assertThat(reply.header("content-disposition")).isEmpty();
    }

    @Test
    void anExportThatBreaksOffIsNotTakenForTheWhole() {
        for (int i = 0; i < 2_000; i++) {
            api.ledger.add(LineBuilder.at("2026-11-22T09:00:00Z").build());
        }
        for (HttpClient.Version version : HttpClient.Version.values()) {
            if (version.name().equals("HTTP_3")) {
                continue;
            }
            AtomicInteger reads = new AtomicInteger();
            api.ledger.onRead(() -> {
                if (reads.incrementAndGet() > 1_500) {
                    throw new DatabaseUnavailableException("gone on purpose");
                }
            });
            HttpRequest request = HttpRequest.newBuilder(api.base.resolve("/api/v1/ledger?format=ndjson"))
                    .version(version)
                    .header("authorization", "Bearer " + MASTER)
                    .build();

            assertThatThrownBy(() -> api.client().send(request, BodyHandlers.ofString()))
                    .as("%s", version)
                    .isInstanceOf(IOException.class);
            assertThat(reads).hasValueGreaterThan(1_500);
        }
    }

    @Test
    void aReportMayHaveSoManyRowsAndNotOneMore() {
        long slot = 900_000;
        for (int i = 0; i <= LedgerReader.SPEND_ROWS_MAX; i++) {
            api.ledger.add(
                    LineBuilder.at(1_700_000_000_000L / slot * slot + i * slot).build());
        }
        String from = "/api/v1/spend?bucket=slot&from=" + 1_700_000_000_000L / slot * slot + "&to=";
        long start = 1_700_000_000_000L / slot * slot;

        Reply most = api.get(from + (start + LedgerReader.SPEND_ROWS_MAX * slot), MASTER);
        Reply more = api.get(from + (start + (LedgerReader.SPEND_ROWS_MAX + 1) * slot), MASTER);

        assertThat(most.status()).isEqualTo(200);
        assertThat(most.json().path("data").size()).isEqualTo(LedgerReader.SPEND_ROWS_MAX);
        assertThat(more.status()).isEqualTo(400);
        assertThat(more.param()).isEqualTo("group_by");
        assertThat(more.message()).contains("50000");
    }

    @Test
    @Tag("long")
    void aBodyThatDoesNotComeIsNotWaitedForForEver() {
        assertThat(RawHttp.stalled(api.base, "/key/generate", MASTER, Dispatcher.BODY_SECONDS_MAX + 10))
                .isEqualTo(408);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
