package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.BedrockAnswer;
import dev.mizan.upstream.BedrockAnswer.Cut;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.Frames;
import dev.mizan.upstream.Received;
import dev.mizan.upstream.SignedOnly;
import dev.mizan.usage.Unit;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers of every dialect at Bedrock, through a whole gateway; what is not signed rightly is refused there. */
class BedrockCallTest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKEN==";
    private static final String CLAUDE = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
    private static final String PROFILE =
            "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/a1b2c3d4";

    @TempDir
    Path folder;

    private FakeUpstream bedrock;
    private Gateway gateway;

    @BeforeEach
    void start() {
        bedrock = FakeUpstream.start().otherwise(signed(answer()));
        gateway = Gateway.start(folder, """
                providers:
                  aws:
                    kind: bedrock
                    base_url: "%s"
                    region: us-west-2
                    access_key_id: AKIDEXAMPLE
                    secret_access_key: %s
                    session_token: %s
                    timeouts: {connect: 60s, first_byte: 60s, idle: 60s, total: 120s}
                  hasty:
                    kind: bedrock
                    base_url: "%s"
                    region: us-west-2
                    access_key_id: AKIDEXAMPLE
                    secret_access_key: %s
                    session_token: %s
                    timeouts: {connect: 60s, first_byte: 60s, idle: 3s, total: 120s}
                  wrong:
                    kind: bedrock
                    base_url: "%s"
                    region: us-west-2
                    access_key_id: AKIDEXAMPLE
                    secret_access_key: not-the-right-one
                models:
                  claude: {retries: 0, deployments: ["aws/%s"]}
                  nova: {retries: 0, deployments: ["aws/amazon.nova-lite-v1:0"]}
                  twice: {retries: 1, deployments: ["aws/amazon.nova-lite-v1:0"]}
                  stalls: {retries: 1, deployments: ["hasty/amazon.nova-lite-v1:0"]}
                  claude-twice: {retries: 1, deployments: ["aws/%s"]}
                  profile: {retries: 0, deployments: [{provider: aws, model: "%s", price_as: own-claude}]}
                  router: {retries: 0, deployments: ["aws/%s"]}
                  denied: {retries: 0, deployments: ["wrong/%s"]}
                prices:
                  - {provider: aws, model: "%s", input: 2, output: 8, cache_read: 0.5, cache_write_5m: 2.5}
                  - {provider: hasty, model: "*", input: 2, output: 8}
                  - {provider: aws, model: "amazon.*", input: 2, output: 8, cache_read: 0.5, cache_write_5m: 2.5}
                  - {provider: aws, model: own-claude, input: 2, output: 8, cache_read: 0.5, cache_write_5m: 2.5}
                """.formatted(
                        bedrock.origin(),
                        SECRET,
                        TOKEN,
                        bedrock.origin(),
                        SECRET,
                        TOKEN,
                        bedrock.origin(),
                        CLAUDE,
                        CLAUDE,
                        PROFILE,
                        PROFILE.replace("application-inference-profile", "prompt-router"),
                        CLAUDE,
                        CLAUDE));
    }

    @AfterEach
    void stop() {
        gateway.close();
        bedrock.close();
    }

    @Test
    void everyDialectGetsItsOwnAnswerAndTheSameCostStreamedAndNot() throws IOException {
        for (String model : List.of("claude", "nova", "profile")) {
            for (boolean stream : new boolean[] {false, true}) {
                for (Asked asked : Asked.inEveryDialect(model, stream)) {
                    Reply reply = gateway.post(asked.path(), asked.body());

                    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
                    assertThat(reply.text()).contains("there!");
                    assertThat(reply.header("content-type"))
                            .startsWith(stream ? "text/event-stream" : "application/json");
                }
            }
        }
        gateway.books().awaitCount(Line.Kind.CALL, 24);
        // 9 × 2 + 100 × 0.5 + 30 × 8 = 308 millionths
        assertThat(gateway.books().all())
                .allMatch(line -> line.cost().charged().nanos() == 308_000)
                .allMatch(line -> line.usageSource() == UsageSource.PROVIDER)
                .allMatch(line -> line.usage().get(Unit.CACHE_READ) == 100);
    }

    @Test
    void pathsNameModelsAndProfilesInFull() throws IOException, InterruptedException {
        gateway.chat(Calls.chat("claude"));
        gateway.chat(Calls.stream("profile"));
        gateway.post("/v1/messages", messages("claude", true));

        assertThat(bedrock.take().path()).isEqualTo("/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse");
        assertThat(bedrock.take().path())
                .isEqualTo("/model/arn%3Aaws%3Abedrock%3Aus-west-2%3A123456789012%3Aapplication-inference-profile%2F"
                        + "a1b2c3d4/converse-stream");
        assertThat(bedrock.take().path())
                .isEqualTo("/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke-with-response-stream");
    }

    @Test
    void anArnThatNamesNoModelIsUnpricedUnlessItIsToldWhose() throws IOException {
        assertThat(gateway.chat(Calls.chat("router")).status()).isEqualTo(200);

        Line line = gateway.books().onlyCall();
        assertThat(line.cost().charged().isZero()).isTrue();
        assertThat(line.cost().unpricedReason()).contains("no price is known");
    }

    @Test
    void anthropicsBodiesPassThroughToAnthropicsModels() throws IOException, InterruptedException {
        Reply reply = gateway.post(
                "/v1/messages",
                "{\"model\":\"claude\",\"max_tokens\":64,\"stream\":true,\"x_unknown\":{\"a\" : 1},"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                "anthropic-beta: context-1m-2025-08-07, tools-2024");

        Received sent = bedrock.take();
        assertThat(sent.text())
                .isEqualTo("{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":64,\"x_unknown\":{\"a\" : 1},"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                        + "\"anthropic_beta\":[\"context-1m-2025-08-07\",\"tools-2024\"]}");
        assertThat(reply.text())
                .startsWith("event: message_start\ndata: {\"type\":\"message_start\"")
                .contains("event: content_block_delta\n")
                .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
                .doesNotContain("abcdefghijkl");
    }

    @Test
    void aToolIsCalledInAStreamWhereverItsFramesAreCut() throws IOException {
        bedrock.otherwise(signed(BedrockAnswer.of("Let me", " see.")
                .tool("get_weather", "{\"city\":\"İzmir\"}")
                .inPieces(7)));

        Reply openai = gateway.chat("""
                {"model":"nova","stream":true,"max_tokens":64,"messages":[{"role":"user","content":"Weather?"}],
                 "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object"}}}]}""");
        Reply anthropic = gateway.post("/v1/messages", messages("claude", true));

        assertThat(openai.streamedText()).isEqualTo("Let me see.");
        assertThat(openai.text()).contains("get_weather").contains("İzmir").contains("\"tool_calls\"");
        assertThat(anthropic.text()).contains("get_weather").contains("\"stop_reason\":\"tool_use\"");
    }

    @Test
    void aWrongSignatureIsRefusedInTheCallersDialectWithoutTheSecret() throws IOException {
        Reply openai = gateway.chat(Calls.chat("denied"));
        Reply anthropic = gateway.post("/v1/messages", messages("denied", false));

        assertThat(openai.status()).isEqualTo(403);
        assertThat(openai.json().path("error").path("message").asString()).contains("signature we calculated");
        assertThat(anthropic.status()).isEqualTo(403);
        assertThat(anthropic.json().path("type").asString()).isEqualTo("error");
        assertThat(anthropic.json().path("error").path("message").asString()).contains("signature we calculated");
        assertThat(openai.text() + anthropic.text()).doesNotContain("not-the-right-one", "AKIDEXAMPLE");
        assertThat(bedrock.received().getFirst().everything()).doesNotContain("not-the-right-one", gateway.key());
    }

    @Test
    void exceptionsBeforeTheFirstTokenAreTriedAgain() throws IOException {
        for (String exception : List.of(
                "throttlingException",
                "modelStreamErrorException",
                "serviceUnavailableException",
                "internalServerException")) {
            for (String model : List.of("twice", "claude-twice")) {
                bedrock.enqueue(signed(BedrockAnswer.of("x").then(0, Frames.exception(exception, "Too many tokens"))));

                Reply reply = model.equals("twice")
                        ? gateway.chat(Calls.stream(model))
                        : gateway.post("/v1/messages", messages(model, true));

                assertThat(reply.status()).as(exception + reply.text()).isEqualTo(200);
                assertThat(reply.text()).contains("there!");
            }
        }
        gateway.books().awaitCount(Line.Kind.CALL, 8);
        assertThat(gateway.books().all())
                .hasSize(8)
                .allMatch(line -> line.outcome().attempts() == 2)
                .allMatch(line -> line.cost().charged().nanos() == 308_000);
    }

    @Test
    void throttlingIsTriedAgainAndTheCallersMistakeIsNot() throws IOException {
        bedrock.enqueue(BedrockAnswer.error(429, "ThrottlingException", "Too many requests"));
        assertThat(gateway.chat(Calls.chat("twice")).status()).isEqualTo(200);
        bedrock.enqueue(signed(BedrockAnswer.of("x").then(0, Frames.exception("validationException", "Bad input"))));

        Reply refused = gateway.chat(Calls.stream("twice"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.header("content-type")).startsWith("application/json");
        assertThat(refused.json().path("error").path("message").asString()).isEqualTo("Bad input");
        assertThat(bedrock.requests()).isEqualTo(3);
    }

    @Test
    void anExceptionInMidStreamEndsItAndIsChargedByWhatCame() throws IOException {
        byte[] exception = Frames.exception("modelStreamErrorException", "The model broke");
        bedrock.enqueue(
                signed(BedrockAnswer.of("one two three", " four").then(2, exception)),
                signed(BedrockAnswer.of("one two three", " four").then(4, exception)));

        Reply openai = gateway.chat(Calls.stream("twice"));
        Reply anthropic = gateway.post("/v1/messages", messages("claude-twice", true));

        assertThat(openai.text()).contains("one two three", "The model broke").doesNotContain("[DONE]");
        assertThat(anthropic.text())
                .contains("one two three", "event: error\ndata: {\"type\":\"error\"", "The model broke")
                .doesNotContain("message_stop");
        assertChargedOnceForWhatCame(2);
    }

    @Test
    void whateverBreaksAStreamItEndsWithAnErrorAndIsChargedOnce() throws IOException {
        byte[] tooLarge = ByteBuffer.allocate(12)
                .putInt(64 << 20)
                .putInt(0)
                .putInt(checksum(64 << 20))
                .array();
        CountDownLatch read = new CountDownLatch(1);
        List<BedrockAnswer> broken = List.of(
                BedrockAnswer.of("one two three", " four").cut(2, Cut.RESET).once(read),
                BedrockAnswer.of("one two three", " four").cut(2, Cut.STALL),
                BedrockAnswer.of("one two three", " four").cut(2, Cut.HALF_FRAME),
                BedrockAnswer.of("one two three", " four").cut(2, Cut.WRONG_CHECKSUM),
                BedrockAnswer.of("one two three", " four").then(2, tooLarge));
        for (BedrockAnswer answer : broken) {
            bedrock.enqueue(signed(answer));

            assertThat(gateway.brokenStream("/v1/chat/completions", Calls.stream("stalls"), read))
                    .contains("one two three", "\"error\"")
                    .doesNotContain("[DONE]", " four");
        }
        assertChargedOnceForWhatCame(broken.size());
        assertThat(bedrock.requests()).isEqualTo(broken.size());
    }

    @Test
    void aStreamThatIsNoneFromItsFirstByteIsTriedAgain() throws IOException {
        byte[] noise = new byte[100];
        Arrays.fill(noise, (byte) 'x');
        bedrock.enqueue(signed(BedrockAnswer.of("x").then(0, noise)));

        assertThat(gateway.chat(Calls.stream("twice")).streamedText()).isEqualTo("Hello there!");

        assertThat(gateway.books().onlyCall().cost().charged().nanos()).isEqualTo(308_000);
    }

    private void assertChargedOnceForWhatCame(int calls) {
        gateway.books().awaitCount(Line.Kind.CALL, calls);
        assertThat(gateway.books().all())
                .hasSize(calls)
                .allMatch(line -> line.outcome().status() == Status.ERROR)
                .allMatch(line -> line.outcome().attempts() == 1)
                .allMatch(line ->
                        line.usage().get(Unit.OUTPUT) >= 2 && line.usage().get(Unit.OUTPUT) <= 8);
    }

    private static int checksum(int length) {
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(8).putInt(length).putInt(0).array());
        return (int) crc.getValue();
    }

    private static BedrockAnswer answer() {
        return BedrockAnswer.of("Hello", " there!").usage(9, 100, 0, 30);
    }

    private static Answer signed(BedrockAnswer answer) {
        return new SignedOnly("AKIDEXAMPLE", SECRET, TOKEN, "us-west-2", answer);
    }

    private static String messages(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }
}
