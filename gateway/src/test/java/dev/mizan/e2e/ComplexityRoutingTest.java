package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Aliases that pick another by the complexity of the question, through a whole gateway. */
class ComplexityRoutingTest {
    private static final String MEDIUM = "İade politikanız nedir?";
    private static final String SIMPLE = "Nedir bu?";
    private static final String COMPLEX = "Planlarımızı karşılaştır";

    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start().otherwise(ChatAnswer.of("So.").usage(ChatAnswer.usage(100, 50)));
        gateway = Gateway.start(folder, """
                providers:
                  up: {kind: openai-compatible, base_url: "%s", api_key: none}
                models:
                  mini: {retries: 0, fallbacks: [spare], deployments: [up/mini]}
                  middle: {retries: 0, limits: [{meter: requests, per: day, cap: 2}], deployments: [{alias: within}]}
                  within: {retries: 0, limits: [{meter: requests, per: day, cap: 3}], deployments: [up/middle]}
                  turbo: {retries: 0, deployments: [up/turbo]}
                  spare: up/spare
                  smart: {routing: complexity, simple: mini, medium: middle, complex: turbo}
                  better: {routing: complexity, simple: mini, medium: middle, complex: turbo, heuristic: improved}
                  own:
                    routing: complexity
                    simple: mini
                    medium: middle
                    complex: turbo
                    thresholds: [0.5, 1.0]
                    words: {factual: [wer], multi_step: []}
                    fallbacks: [turbo]
                  limited:
                    routing: complexity
                    simple: mini
                    medium: turbo
                    complex: turbo
                    limits: [{meter: cost, per: day, cap: 0.01}]
                  mixed: {deployments: [{alias: smart}]}
                  fallen: {retries: 0, fallbacks: [smart], deployments: [up/broken]}
                  degraded:
                    limits: [{meter: requests, per: day, cap: 1, at_cap: {degrade: smart}}]
                    deployments: [up/first]
                prices:
                  - {provider: up, model: turbo, input: 10, output: 3000}
                  - {provider: up, model: "*", input: 1, output: 3}
                """.formatted(upstream.v1()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest
    @CsvSource({
        "smart, Nedir bu?, simple, mini",
        "smart, İade politikanız nedir?, medium, middle",
        "smart, Planlarımızı karşılaştır, complex, turbo",
        "better, İade politikanız nedir?, simple, mini",
        "better, What is your refund policy?, simple, mini",
        "better, قارن بين الخطتين, complex, turbo",
        "own, Wer ist das?, simple, mini",
        "own, Planlarımızı karşılaştır, medium, middle"
    })
    void theClassOfTheQuestionPicksTheModel(String alias, String question, String complexity, String model)
            throws IOException {
        Reply reply = chat(alias, question);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("x-mizan-complexity")).isEqualTo(complexity);
        assertThat(reply.header("x-mizan-model")).isEqualTo(model);
        assertThat(upstreamModel()).isEqualTo(model);
        Line line = gateway.books().call(reply.requestId());
        assertThat(line.complexity()).isEqualTo(complexity);
        assertThat(line.call().alias()).isEqualTo(alias);
        assertThat(line.target().upstreamModel()).isEqualTo(model);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/messages\t{'model':'smart','max_tokens':50,'system':'karşılaştır','messages':[{'role':'user','content':[{'type':'text','text':'Nedir bu?'}]}]}",
                "/v1/messages\t{'model':'smart','max_tokens':50,'stream':true,'messages':[{'role':'user','content':'Nedir bu?'}]}",
                "/v1/responses\t{'model':'smart','instructions':'karşılaştır','input':'Nedir bu?'}",
                "/v1/responses\t{'model':'smart','input':[{'role':'user','content':[{'type':'input_text','text':'Nedir bu?'}]}]}",
                "/v1beta/models/smart:generateContent\t{'contents':[{'parts':[{'text':'karşılaştır'}]},{'role':'model','parts':[{'text':'x'}]},{'role':'user','parts':[{'text':'Nedir bu?'}]}]}",
                "/v1beta/models/smart:streamGenerateContent?alt=sse\t{'contents':[{'parts':[{'text':'Nedir bu?'}]}]}",
                "/v1/chat/completions\t{'model':'smart','stream':true,'messages':[{'role':'user','content':'karşılaştır'},{'role':'assistant','content':'x'},{'role':'user','content':'Nedir bu?'}]}",
                "/api/chat\t{'model':'smart','messages':[{'role':'user','content':'Nedir bu?'}]}",
                "/api/generate\t{'model':'smart','system':'karşılaştır','prompt':'Nedir bu?'}",
                "/v1/completions\t{'model':'smart','prompt':'Nedir bu?'}"
            })
    void callersOfEveryDialectAreRouted(String call) throws IOException {
        String[] parts = call.replace('\'', '"').split("\t", -1);

        Reply reply = gateway.post(parts[0], parts[1]);

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.header("x-mizan-complexity")).isEqualTo("simple");
        assertThat(upstreamModel()).isEqualTo("mini");
        assertThat(gateway.books().call(reply.requestId()).complexity()).isEqualTo("simple");
    }

    @Test
    void othersHaveNoClass() throws IOException {
        Reply reply = chat("mini", COMPLEX);

        assertThat(reply.header("x-mizan-complexity")).isEmpty();
        assertThat(gateway.books().call(reply.requestId()).complexity()).isEmpty();
    }

    @Test
    void theLimitsOfEveryAliasOnTheWayHold() throws IOException {
        assertThat(chat("smart", MEDIUM).status()).isEqualTo(200);
        assertThat(chat("smart", MEDIUM).status()).isEqualTo(200);

        // middle allows two, though its deployment is within's, which allows three.
        assertThat(chat("smart", MEDIUM).status()).isEqualTo(429);
        assertThat(chat("smart", SIMPLE).status()).isEqualTo(200);
        assertThat(chat("within", MEDIUM).status()).isEqualTo(200);
        assertThat(chat("within", MEDIUM).status()).isEqualTo(429);
    }

    @Test
    void onlyThePickedModelIsReserved() throws IOException {
        // 20 tokens of turbo cost $0.06, and 2,000 of mini $0.006: with turbo reserved, $6.
        assertThat(chat("limited", COMPLEX, 20).status()).isEqualTo(429);
        assertThat(chat("limited", SIMPLE, 2_000).status()).isEqualTo(200);
    }

    @Test
    void thePickedAliasFallsBackAsItDoesAlone() throws IOException {
        upstream.enqueue(Answers.status(500, "{}"));
        assertThat(chat("smart", SIMPLE).header("x-mizan-model")).isEqualTo("spare");

        upstream.enqueue(Answers.status(500, "{}"));
        assertThat(chat("own", "Wer ist das?").header("x-mizan-model")).isEqualTo("turbo");
    }

    @Test
    void otherAliasesLeadToOne() throws IOException {
        Reply nested = chat("mixed", SIMPLE);
        assertThat(nested.header("x-mizan-model")).isEqualTo("mini");
        assertThat(nested.header("x-mizan-complexity")).isEqualTo("simple");

        upstream.enqueue(Answers.status(500, "{}"));
        Reply fallen = chat("fallen", COMPLEX);
        assertThat(fallen.header("x-mizan-model")).isEqualTo("turbo");
        assertThat(gateway.books().call(fallen.requestId()).complexity()).isEqualTo("complex");

        assertThat(chat("degraded", SIMPLE).header("x-mizan-complexity")).isEmpty();
        Reply degraded = chat("degraded", SIMPLE);
        assertThat(degraded.header("x-mizan-degraded")).isEqualTo("smart");
        assertThat(degraded.header("x-mizan-model")).isEqualTo("mini");
        assertThat(degraded.header("x-mizan-complexity")).isEqualTo("simple");
    }

    @Test
    void spendIsGroupedByIt() throws IOException {
        for (String question : new String[] {SIMPLE, MEDIUM, SIMPLE}) {
            gateway.books().call(chat("smart", question).requestId());
        }
        Map<String, Long> calls = new HashMap<>();
        try (Caller caller = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            Reply spend = caller.send("GET", "/api/v1/spend?group_by=complexity", new byte[0])
                    .reply();
            spend.json()
                    .path("data")
                    .forEach(row -> calls.put(
                            row.path("complexity").asString(), row.path("calls").asLong()));
        }

        assertThat(calls).isEqualTo(Map.of("simple", 2L, "medium", 1L));
    }

    private Reply chat(String alias, String question) throws IOException {
        return chat(alias, question, 20);
    }

    private Reply chat(String alias, String question, int maxTokens) throws IOException {
        return gateway.chat("{\"model\":\"" + alias + "\",\"max_tokens\":" + maxTokens
                + ",\"messages\":[{\"role\":\"system\",\"content\":\"Analiz et.\"},{\"role\":\"user\",\"content\":\""
                + question + "\"}]}");
    }

    private String upstreamModel() {
        return upstream.received().getLast().json().path("model").asString();
    }
}
