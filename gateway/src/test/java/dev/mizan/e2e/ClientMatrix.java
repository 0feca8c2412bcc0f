package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome.Status;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.FakeUpstream;
import dev.mizan.upstream.GoogleTokens;
import dev.mizan.upstream.Received;
import dev.mizan.usage.Unit;
import dev.mizan.usage.UsageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One official client, unchanged but for its base URL, against every kind of provider, through one gateway: each case
 * is what the client gets, what the provider was sent, and what the ledger has.
 *
 * @param <C> the client
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClientMatrix<C> {
    static final String QUESTION = "Say hello to the scales";
    static final String TOOL = "get_weather";
    static final String RESULT = "23 degrees";
    static final String LINK = "https://example.com/scales.png";

    /** A picture of one point. */
    static final String PICTURE =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    static final Map<String, Object> TOOL_PROPERTIES = Map.of("city", Map.of("type", "string"));
    static final Map<String, Object> TOOL_SCHEMA =
            Map.of("type", "object", "properties", TOOL_PROPERTIES, "required", List.of("city"));
    static final Map<String, Object> ANSWER_SCHEMA = Map.of(
            "type",
            "object",
            "properties",
            Map.of("city", Map.of("type", "string"), "degrees", Map.of("type", "integer")),
            "required",
            List.of("city", "degrees"),
            "additionalProperties",
            false);

    private static final JsonMapper JSON = new JsonMapper();
    private static final String FILLED = "{\"city\":\"İzmir\",\"degrees\":23}";

    private FakeUpstream upstream;
    private FakeUpstream tokens;
    private Gateway gateway;
    private C client;
    private int booked;
    private int sent;

    /**
     * What the client says of an answer, whole or of all its pieces.
     *
     * @param end why it ended, in the client's words
     * @param input all tokens of input, those that were cached included
     */
    record Said(String text, String end, Optional<Called> called, long input, long cached, long output) {}

    /** A call of a tool with {@code city} as its only argument. */
    record Called(String name, String city) {}

    /** A client that tries nothing again, at the gateway's {@code address}. */
    abstract C client(String address, String key);

    abstract void close(C used);

    C client() {
        return client;
    }

    /** Sends {@link #QUESTION}. */
    abstract Said ask(String model);

    abstract Said stream(String model);

    /** Sends {@link #QUESTION} with {@link #TOOL}, and after the answer the tool's {@link #RESULT}; both answers. */
    abstract List<Said> useTool(String model);

    abstract Said streamTool(String model);

    /** Sends {@link #QUESTION}, then {@link #PICTURE}. */
    abstract Said show(String model);

    /** Sends {@link #QUESTION}, then {@link #LINK} as a picture. */
    abstract Said showLink(String model);

    /** Asks for an answer of {@link #ANSWER_SCHEMA}. */
    abstract Said fill(String model);

    /** Reads a stream until there is text, and leaves. */
    abstract void leave(String model);

    /** Asks for something that only the client's own format has. */
    abstract Said askForItsOwn(String model);

    /** The field that is. */
    abstract String itsOwn();

    /** The field that has the picture's link. */
    abstract String linkField();

    /** What the provider is sent for this client's calls. */
    ProviderWire wire(ProviderKind kind) {
        return kind.wire();
    }

    /** The formats that have what {@link #askForItsOwn} asks for. */
    abstract List<ProviderWire> own();

    /** Why an answer ended that said all, and one that calls a tool. */
    abstract String ended();

    abstract String endedWithCall();

    /** What the client throws at 429 and 400. */
    abstract Class<? extends Exception> thrown(int status);

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        GoogleTokens google = new GoogleTokens(3_600);
        upstream = FakeUpstream.start();
        tokens = FakeUpstream.start().otherwise(google);
        Path key = Files.writeString(folder.resolve("google.json"), google.keyFile(tokens.origin()));
        gateway = Gateway.start(folder, ProviderKind.configuration(upstream, key));
        client = client(gateway.address(), gateway.key());
    }

    @AfterAll
    void stop() {
        close(client);
        gateway.close();
        upstream.close();
        tokens.close();
    }

    @BeforeEach
    void count() {
        booked = gateway.books().all().size();
        sent = upstream.requests();
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void plain(ProviderKind kind) {
        upstream.otherwise(kind.own(wire(kind).says("Hello", " there!")));

        assertWhole(kind, ask(kind.alias()), "Hello there!");

        assertSent(kind);
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void streamed(ProviderKind kind) {
        upstream.otherwise(kind.own(wire(kind).says("Hello", " there!")));

        Line line = assertWhole(kind, stream(kind.alias()), "Hello there!");

        assertThat(line.call().streaming()).isTrue();
        assertSent(kind);
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void tools(ProviderKind kind) {
        Answer call = kind.own(wire(kind).calls(TOOL, "{\"city\":\"İzmir\"}"));
        Answer last = kind.own(wire(kind).says("It is warm."));
        upstream.otherwise(exchange -> (exchange.received().text().contains(RESULT) ? last : call).to(exchange));

        List<Said> answers = useTool(kind.alias());

        gateway.books().awaitCount(Line.Kind.CALL, booked + 2);
        List<Line> lines = gateway.books().all();
        assertThat(lines).hasSize(booked + 2);
        assertCall(kind, answers.getFirst());
        assertUsage(kind, lines.get(booked));
        assertThat(answers.getLast().text()).isEqualTo("It is warm.");
        assertUsage(kind, lines.getLast());
        assertThat(lines.getLast().usage().get(Unit.TOOL_CALLS)).isEqualTo(1);
        List<Received> received = upstream.received();
        JsonNode first = received.get(received.size() - 2).json();
        JsonNode second = received.getLast().json();
        assertThat(first.toString()).contains("\"" + TOOL + "\"");
        assertThat(wire(kind).toolSchema(first)).isEqualTo(JSON.valueToTree(TOOL_SCHEMA));
        assertThat(wire(kind).toolResult(second)).contains(RESULT);
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void toolsInAStream(ProviderKind kind) {
        upstream.otherwise(kind.own(wire(kind).calls(TOOL, "{\"city\":\"İzmir\"}")));

        assertCall(kind, streamTool(kind.alias()));

        assertUsage(kind, onlyLine());
        assertThat(wire(kind).toolSchema(assertSent(kind))).isEqualTo(JSON.valueToTree(TOOL_SCHEMA));
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void pictures(ProviderKind kind) {
        upstream.otherwise(kind.own(wire(kind).says("A point.")));

        assertWhole(kind, show(kind.alias()), "A point.");

        assertThat(wire(kind).picture(assertSent(kind))).isEqualTo(PICTURE);
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void linkedPictures(ProviderKind kind) {
        ProviderWire wire = wire(kind);
        if (wire == ProviderWire.CONVERSE || wire == ProviderWire.OLLAMA_CHAT) {
            assertRefused(kind, () -> showLink(kind.alias()), linkField());
            return;
        }
        upstream.otherwise(kind.own(wire.says("Scales.")));

        assertWhole(kind, showLink(kind.alias()), "Scales.");

        assertThat(assertSent(kind).toString()).contains("\"" + LINK + "\"");
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void structuredOutput(ProviderKind kind) {
        upstream.otherwise(kind.own(wire(kind).says(FILLED)));

        assertWhole(kind, fill(kind.alias()), FILLED);

        assertThat(wire(kind).answerSchema(assertSent(kind))).isEqualTo(JSON.valueToTree(ANSWER_SCHEMA));
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void errors(ProviderKind kind) {
        for (int status : new int[] {429, 400}) {
            for (boolean isStream : new boolean[] {false, true}) {
                upstream.otherwise(kind.own(wire(kind).fails(status, "The scales are not balanced")));

                assertThatThrownBy(() -> {
                            var _ = isStream ? stream(kind.alias()) : ask(kind.alias());
                        })
                        .isInstanceOf(thrown(status))
                        .hasMessageContaining(Integer.toString(status))
                        .hasMessageContaining("The scales are not balanced");

                Line line = onlyLine();
                assertThat(line.outcome().status()).isEqualTo(Status.ERROR);
                assertThat(line.cost().charged().isZero()).isTrue();
                assertSent(kind);
                count();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void cancellation(ProviderKind kind) throws InterruptedException {
        upstream.otherwise(kind.own(wire(kind).stalls("one two three four five ")));

        leave(kind.alias());

        Line line = onlyLine();
        assertThat(line.outcome().status()).isEqualTo(Status.CANCELLED);
        assertThat(line.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(line.usage().get(Unit.OUTPUT)).isBetween(4L, 40L);
        assertThat(line.cost().charged().isZero()).isFalse();
        assertSent(kind);
        assertThat(upstream.received().getLast().awaitCancelled(10_000)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void whatOnlyItsOwnFormatHas(ProviderKind kind) {
        if (!own().contains(wire(kind))) {
            assertRefused(kind, () -> askForItsOwn(kind.alias()), itsOwn());
            return;
        }
        upstream.otherwise(kind.own(wire(kind).says("Hello there!")));

        assertWhole(kind, askForItsOwn(kind.alias()), "Hello there!");
    }

    @Test
    void cannedAnswers() {
        for (Said said : List.of(ask("canned"), stream("canned"))) {
            assertThat(said.text()).isEqualTo("Hello there!");
            assertThat(said.end()).isEqualTo(ended());
        }
        gateway.books().awaitCount(Line.Kind.CALL, booked + 2);
        assertThat(gateway.books().all().subList(booked, booked + 2))
                .allMatch(line -> line.outcome().status() == Status.OK)
                .allMatch(line -> line.cost().charged().isZero());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void simulated(boolean isStream) {
        Said said = isStream ? stream("simulated") : ask("simulated");

        assertThat(said.text()).isNotEmpty();
        Line line = onlyLine();
        assertThat(line.outcome().status()).isEqualTo(Status.OK);
        assertThat(line.usage().get(Unit.OUTPUT)).isPositive().isEqualTo(said.output());
    }

    private Line assertWhole(ProviderKind kind, Said said, String text) {
        assertThat(said)
                .isEqualTo(new Said(
                        text, ended(), Optional.empty(), 109, wire(kind).cached(), 30));
        Line line = onlyLine();
        assertUsage(kind, line);
        return line;
    }

    private void assertCall(ProviderKind kind, Said said) {
        assertThat(said)
                .isEqualTo(new Said(
                        "Let me see.",
                        endedWithCall(),
                        Optional.of(new Called(TOOL, "İzmir")),
                        109,
                        wire(kind).cached(),
                        30));
    }

    private void assertUsage(ProviderKind kind, Line line) {
        long cached = wire(kind).cached();
        assertThat(line.outcome().status()).isEqualTo(Status.OK);
        assertThat(line.call().alias()).isEqualTo(kind.alias());
        assertThat(line.usageSource()).isEqualTo(UsageSource.PROVIDER);
        assertThat(line.usage().get(Unit.INPUT)).isEqualTo(109 - cached);
        assertThat(line.usage().get(Unit.CACHE_READ)).isEqualTo(cached);
        assertThat(line.usage().get(Unit.OUTPUT)).isEqualTo(30);
        // 9 × 2 + 100 × 0.5 + 30 × 8 = 308 millionths, or 109 × 2 + 30 × 8 = 458
        assertThat(line.cost().charged().nanos()).isEqualTo(cached > 0 ? 308_000 : 458_000);
    }

    private void assertRefused(ProviderKind kind, Runnable call, String field) {
        assertThatThrownBy(call::run)
                .as(kind.alias())
                .isInstanceOf(thrown(400))
                .hasMessageContaining("400")
                .hasMessageContaining(field);
        assertThat(upstream.requests()).isEqualTo(sent);
        assertThat(gateway.books().all()).hasSize(booked);
    }

    /** The only request since the case began. */
    private JsonNode assertSent(ProviderKind kind) {
        assertThat(upstream.requests()).isEqualTo(sent + 1);
        Received received = upstream.received().getLast();
        assertThat(received.target()).startsWith(kind.path());
        assertThat(received.everything()).doesNotContain(gateway.key());
        return received.json();
    }

    /** The only line since the case began. */
    private Line onlyLine() {
        gateway.books().awaitCount(Line.Kind.CALL, booked + 1);
        List<Line> lines = gateway.books().all();
        assertThat(lines).hasSize(booked + 1);
        return lines.getLast();
    }
}
