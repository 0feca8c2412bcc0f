package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.BatchServer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.usage.ServiceTier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches with OpenAI's own client, from the file to the books. */
class BatchTest {
    /** 0.15 USD a million tokens in, 0.60 out, half of it in a batch. */
    private static final String MODEL = "gpt-4o-mini";

    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private BatchServer server;

    @BeforeEach
    void start() {
        server = new BatchServer();
        upstream = FakeUpstream.start().otherwise(server);
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void aBatchIsReservedPassedOnAndBookedLineByLineAtTheBatchPrice() throws Exception {
        try (Gateway gateway = gateway("1")) {
            OpenAIClient client = client(gateway, gateway.key());
            FileObject file = upload(client, line("one", 1_000), line("two", 1_000), line("bad", 1_000));
            assertThat(server.uploaded())
                    .hasLineCount(3)
                    .contains("\"custom_id\":\"one\"", "\"model\":\"" + MODEL + "\"")
                    .doesNotContain("cheap");
            Batch batch = create(client, file.id());

            Line held = gateway.books().onlyCall();
            assertThat(held.outcome().status()).isEqualTo(Status.UNRESOLVED);
            assertThat(held.usage().outputTokens()).isEqualTo(3_000);
            assertThat(held.usage().tier()).isEqualTo(ServiceTier.BATCH);
            assertThat(held.cost().provider().nanos()).isGreaterThanOrEqualTo(3_000 * 300L);
            assertThat(status(client, batch.id())).isEqualTo("in_progress");

            server.end("completed");
            Await.until("it is booked", () -> status(client, batch.id()).equals("completed"));

            gateway.books().awaitCount(Line.Kind.CORRECTION, 1);
            List<Line> calls = gateway.books().all().stream()
                    .filter(line ->
                            line.kind() == Line.Kind.CALL && line.outcome().status() == Status.OK)
                    .toList();
            assertThat(calls).hasSize(2).allSatisfy(line -> {
                assertThat(line.usage().inputTokens()).isEqualTo(10);
                assertThat(line.usage().outputTokens()).isEqualTo(5);
                // Ten tokens at 0.15 and five at 0.60 USD a million, at half the price.
                assertThat(line.cost().charged().nanos()).isEqualTo(10 * 75 + 5 * 300);
                assertThat(line.admittedAtMillis()).isEqualTo(held.admittedAtMillis());
                assertThat(line.principal()).isEqualTo(held.principal());
            });
            Batch ended = client.batches().retrieve(batch.id());
            try (HttpResponse content =
                            client.files().content(ended.outputFileId().orElseThrow());
                    InputStream in = content.body()) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .hasLineCount(2)
                        .contains("\"custom_id\":\"two\"");
            }
            assertThat(client.files().list().data()).extracting(FileObject::id).contains(file.id());
            assertThat(client.batches().list().data()).extracting(Batch::id).containsExactly(batch.id());
            assertThat(client.files().delete(file.id()).deleted()).isTrue();
        }
    }

    @Test
    void theReservationOutlivesARestartAndTheAnswersAreBookedThoughNobodyAsks() throws Exception {
        String key;
        try (Gateway gateway = gateway("0.001")) {
            key = gateway.key();
            OpenAIClient client = client(gateway, key);
            var _ = create(
                    client,
                    upload(client, line("one", 1_000), line("two", 1_000)).id());
            assertThatThrownBy(() ->
                            create(client, upload(client, line("three", 2_000)).id()))
                    .isInstanceOf(RateLimitException.class)
                    .hasMessageContaining("Max budget: 0.001");
        }
        try (Gateway gateway = gateway("0.001")) {
            OpenAIClient client = client(gateway, key);
            FileObject more = upload(client, line("three", 2_000));
            assertThatThrownBy(() -> create(client, more.id())).isInstanceOf(RateLimitException.class);
            assertThat(batchesSent()).isEqualTo(1);

            server.end("completed");
            gateway.books().awaitCount(Line.Kind.CORRECTION, 1);

            Await.until("the rest is given back", () -> {
                try {
                    return create(client, more.id()).isValid();
                } catch (RateLimitException e) {
                    return false;
                }
            });
            gateway.books().awaitCount(Line.Kind.CALL, 4);
        }
    }

    @Test
    void anAnswerThatDoesNotSayWhatItUsedIsNotFree() throws Exception {
        try (Gateway gateway = gateway("1")) {
            OpenAIClient client = client(gateway, gateway.key());
            var _ = create(
                    client,
                    upload(client, line("one", 1_000), line("silent", 1_000)).id());
            server.end("completed");
            gateway.books().awaitCount(Line.Kind.CORRECTION, 1);

            assertThat(gateway.books().all())
                    .filteredOn(line ->
                            line.kind() == Line.Kind.CALL && line.outcome().status() == Status.OK)
                    .extracting(line -> line.usageSource() + " " + line.usage().outputTokens())
                    .containsExactlyInAnyOrder("PROVIDER 5", "ASSUMED 1000");
        }
    }

    @Test
    void whatIsSettledAgainIsBookedOnce() throws Exception {
        String key;
        try (Gateway gateway = gateway("1")) {
            key = gateway.key();
            OpenAIClient client = client(gateway, key);
            var _ = create(
                    client,
                    upload(client, line("one", 1_000), line("two", 1_000)).id());
            server.end("completed");
            gateway.books().awaitCount(Line.Kind.CORRECTION, 1);
        }
        // As if the process had died before it could say that it was done.
        Sqlite.change(folder.resolve("data"), "UPDATE batch SET is_open = 1, next_poll = 0, polls = 0");
        try (Gateway gateway = gateway("1")) {
            Await.until(
                    "it was settled again",
                    () -> Sqlite.count(
                                    folder.resolve("data"),
                                    "SELECT count(*) FROM batch WHERE is_open = 0 AND polls = 1")
                            == 1);
            OpenAIClient client = client(gateway, key);
            assertThat(client.batches().list().data()).hasSize(1);
            var _ = create(client, upload(client, line("end", 1_000)).id());
            gateway.books().awaitCount(Line.Kind.CALL, 4);

            assertThat(gateway.books().all()).hasSize(5);
        }
    }

    @Test
    void aBatchThatIsCancelledGivesBackAll() throws Exception {
        try (Gateway gateway = gateway("0.001")) {
            OpenAIClient client = client(gateway, gateway.key());
            FileObject file = upload(client, line("one", 2_000));
            Batch batch = create(client, file.id());
            assertThat(client.batches().cancel(batch.id()).status().toString()).isEqualTo("cancelling");

            server.cancelled();
            gateway.books().awaitCount(Line.Kind.CORRECTION, 1);

            Await.until("the rest is given back", () -> {
                try {
                    return create(client, file.id()).isValid();
                } catch (RateLimitException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void nobodySeesAnothersFilesAndBatches() throws Exception {
        try (Gateway gateway = gateway("1")) {
            OpenAIClient mine = client(gateway, gateway.key());
            FileObject file = upload(mine, line("one", 1_000));
            Batch batch = create(mine, file.id());
            OpenAIClient other =
                    client(gateway, Calls.generateKey(gateway.port(), Gateway.MASTER_KEY, "{\"user_id\":\"bob\"}"));

            assertThatThrownBy(() -> other.files().retrieve(file.id())).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> other.files().content(file.id())).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> other.files().delete(file.id())).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> other.batches().retrieve(batch.id())).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> other.batches().cancel(batch.id())).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> create(other, file.id())).isInstanceOf(NotFoundException.class);
            assertThat(other.files().list().data()).isEmpty();
            assertThat(other.batches().list().data()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'method':'POST'}                                                          | custom_id",
                "{'custom_id':'a','url':'/v1/images','body':{}}                             | url",
                "{'custom_id':'a','url':'/v1/chat/completions','body':{'model':'none','messages':[{'role':'user','content':'a'}]}} | in every line",
                "{'custom_id':'a','url':'/v1/chat/completions','body':{'model':'cheap','stream':true,'messages':[{'role':'user','content':'a'}]}} | stream",
                "{'custom_id':'a','url':'/v1/chat/completions','body':{'model':'cheap'}}     | messages",
                "[                                                                           | no JSON",
            })
    void aFileThatCanNotBeSentIsRefusedByLine(String line, String named) throws Exception {
        try (Gateway gateway = gateway("1")) {
            OpenAIClient client = client(gateway, gateway.key());

            assertThatThrownBy(() -> upload(client, line("first", 10), line.replace('\'', '"')))
                    .isInstanceOfAny(BadRequestException.class, NotFoundException.class)
                    .hasMessageContaining("Line 2")
                    .hasMessageContaining(named);
            assertThatThrownBy(() -> upload(client, line("same", 10), line("same", 10)))
                    .hasMessageContaining("stands twice");
            assertThat(upstream.requests()).isZero();
        }
    }

    private long batchesSent() {
        return upstream.received().stream()
                .filter(request ->
                        request.method().equals("POST") && request.path().equals("/v1/batches"))
                .count();
    }

    private static String status(OpenAIClient client, String id) {
        return client.batches().retrieve(id).status().toString().toLowerCase(Locale.ROOT);
    }

    private static Batch create(OpenAIClient client, String file) {
        return client.batches()
                .create(BatchCreateParams.builder()
                        .inputFileId(file)
                        .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                        .completionWindow(BatchCreateParams.CompletionWindow._24H)
                        .build());
    }

    private static FileObject upload(OpenAIClient client, String... lines) {
        byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        return client.files()
                .create(FileCreateParams.builder()
                        .purpose(FilePurpose.BATCH)
                        .file(MultipartField.<InputStream>builder()
                                .value(new ByteArrayInputStream(bytes))
                                .filename("input.jsonl")
                                .build())
                        .build());
    }

    private static String line(String id, int maxTokens) {
        return "{\"custom_id\":\"" + id + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
                + "{\"model\":\"cheap\",\"max_tokens\":" + maxTokens
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}}";
    }

    private static OpenAIClient client(Gateway gateway, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.address() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private Gateway gateway(String cap) throws IOException {
        return Gateway.start(folder, """
                providers: {up: {kind: openai, base_url: "%s", api_key: %s}}
                models: {cheap: {retries: 0, deployments: [up/%s]}}
                limits: [{subject: global, meter: cost, per: month, cap: %s}]
                """.formatted(upstream.v1(), Gateway.UPSTREAM_KEY, MODEL, cap));
    }
}
