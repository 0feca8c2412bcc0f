package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.SourceTree;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.edge.CallTable;
import dev.mizan.edge.CallTable.Entry;
import dev.mizan.edge.CallTable.Target;
import dev.mizan.ledger.Line;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Walks everything that is served: what can cost money is metered and limited, and nothing else reaches a provider.
 * What is added later is walked as well: the listener knows no path that is not in {@link CallTable}.
 */
class RouteTableTest {
    private static final Pattern ENDPOINT = Pattern.compile("`(GET|POST|PUT|PATCH|DELETE) (/[^`?]*)`");
    private static final String TEXT_OPERATION = "/agent/chat";
    private static final String DOCUMENT_OPERATION = "/api/v1/ai/analyze";

    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private Gateway gateway;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
        gateway = Gateway.start(
                folder, """
                providers: {up: {kind: openai-compatible, base_url: "%s", api_key: %s}}
                models: {any: {retries: 0, deployments: [up/gpt-4o-mini]}}
                prices: [{provider: up, model: "*", input: 2, output: 8}]
                operations:
                  %s: {model: any, prompt: "{message}"}
                  %s: {kind: document, model: any, prompt: "{content}"}
                """.formatted(upstream.v1(), Gateway.UPSTREAM_KEY, TEXT_OPERATION, DOCUMENT_OPERATION));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    @Test
    void whatCostsIsRefusedBeforeTheProviderHearsOfItWhenTheBudgetIsSpent() throws IOException {
        String spent = key("{\"max_budget\":0.5,\"budget_duration\":\"30d\"}");
        try (Caller admin = new Caller(gateway.port(), Gateway.MASTER_KEY)) {
            Reply reply = admin.post("/key/update", "{\"key\":\"" + spent + "\",\"spend\":0.5}")
                    .reply();
            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }

        for (Map.Entry<String, String> paid : paid().entrySet()) {
            Reply reply = call(spent, "POST", paid.getKey(), paid.getValue());

            assertThat(reply.status()).as(paid.getKey() + ": " + reply.text()).isEqualTo(429);
            assertThat(reply.text()).as(paid.getKey()).containsAnyOf("budget", "limit", "kota");
        }
        assertThat(upstream.requests()).isZero();
        assertThat(gateway.books().all()).isEmpty();
    }

    @Test
    void whatCostsIsOnTheLedgerOnceWithItsCost() throws IOException {
        String key = key("{\"max_budget\":100,\"budget_duration\":\"30d\"}");
        int calls = 0;
        for (Map.Entry<String, String> paid : paid().entrySet()) {
            Reply reply = call(key, "POST", paid.getKey(), paid.getValue());

            assertThat(reply.status()).as(paid.getKey() + ": " + reply.text()).isEqualTo(200);
            List<Line> lines = gateway.books().lines(reply.requestId());
            assertThat(lines).as(paid.getKey()).hasSize(1);
            assertThat(lines.getFirst().cost().charged().nanos())
                    .as(paid.getKey())
                    .isPositive();
            assertThat(lines.getFirst().usage().inputTokens()).as(paid.getKey()).isPositive();
            calls++;
        }
        assertThat(upstream.requests()).isEqualTo(calls);
        assertThat(gateway.books().all()).hasSize(calls);
    }

    @Test
    void everyPaidPathIsOnTheLedgerAndInLimitsByTheNameOfItsRoute() throws IOException {
        for (Entry entry : CallTable.entries()) {
            if (entry.target() instanceof Target.Paid(Route route)) {
                Reply reply = call(gateway.key(), "POST", address(entry), body(route));
                assertThat(gateway.books().call(reply.requestId()).call().endpoint())
                        .as(entry.path())
                        .isEqualTo(route.path());
            }
        }
    }

    @Test
    void nothingReachesAProviderWithoutAKey() throws IOException {
        Map<String, String> calls = new LinkedHashMap<>();
        for (Entry entry : CallTable.entries()) {
            calls.put(entry.method() + " " + address(entry), body(entry.target()));
        }
        calls.put("POST " + TEXT_OPERATION, "{\"message\":\"Hi\"}");
        calls.put("POST " + DOCUMENT_OPERATION, "{\"content\":\"Hi\"}");
        for (String stranger : List.of("", "sk-stranger-0123456789abcdef")) {
            for (Map.Entry<String, String> call : calls.entrySet()) {
                String[] target = call.getKey().split(" ", 2);
                Reply reply = call(stranger, target[0], target[1], call.getValue());
                assertThat(reply.status()).as(call.getKey()).isEqualTo(401);
            }
            for (String endpoint : endpoints()) {
                String[] target = endpoint.split(" ", 2);
                call(stranger, target[0], target[1], "{}");
            }
        }
        assertThat(upstream.requests()).isZero();
        assertThat(gateway.books().all()).isEmpty();
    }

    @Test
    void whatIsFreeReachesNoProviderEither() throws IOException {
        for (Entry entry : CallTable.entries()) {
            if (!(entry.target() instanceof Target.Paid)) {
                Reply reply = call(gateway.key(), entry.method().name(), address(entry), body(entry.target()));
                assertThat(reply.status()).as(entry.path()).isEqualTo(200);
            }
        }
        assertThat(endpoints()).hasSizeGreaterThan(60);
        for (String endpoint : endpoints()) {
            String[] target = endpoint.split(" ", 2);
            call(Gateway.MASTER_KEY, target[0], target[1], "{}");
        }
        assertThat(upstream.requests()).isZero();
        assertThat(gateway.books().all()).isEmpty();
    }

    @Test
    void everyFormOfCredentialIsGoodOnEveryPathAndGoesNoFurther() throws IOException {
        List<String> headers =
                List.of("Authorization: bearer ", "x-api-key: ", "api-key: ", "x-goog-api-key: ", "X-License-Key: ");
        for (Entry entry : CallTable.entries()) {
            String body = body(entry.target());
            for (String header : headers) {
                Reply reply = call("", entry, address(entry), body, header + gateway.key());
                assertThat(reply.status()).as(header + entry.path()).isEqualTo(200);
            }
            Reply reply = call("", entry, address(entry) + "?key=" + gateway.key(), body);
            assertThat(reply.status()).as("?key= " + entry.path()).isEqualTo(200);
        }
        assertThat(upstream.received()).isNotEmpty().allSatisfy(received -> assertThat(received.everything())
                .doesNotContain(gateway.key()));
    }

    @Test
    void aKeyForOneRouteCallsItAtAllItsAddressesAndNoOther() throws IOException {
        for (Route route : Route.values()) {
            String key = key("{\"allowed_routes\":[\"" + route.path() + "\"]}");
            for (Entry entry : CallTable.entries()) {
                if (entry.target() instanceof Target.Paid(Route other)) {
                    Reply reply = call(key, entry, address(entry), body(other));
                    assertThat(reply.status()).as(route + " at " + entry.path()).isEqualTo(other == route ? 200 : 403);
                }
            }
        }
    }

    @Test
    void everyPathIsDocumented() throws IOException {
        String document = Files.readString(SourceTree.root().resolve("docs/gateway.md"));

        assertThat(CallTable.entries().stream()
                        .map(Entry::path)
                        .filter(path -> path.startsWith("/v1") || path.startsWith("/openai") || path.startsWith("/api"))
                        .filter(path -> !document.contains("`" + path + "`")
                                && !document.contains("POST " + path + "`")
                                && !document.contains("GET " + path + "`")))
                .isEmpty();
    }

    /** Everything that can cost money, by its address, with a body. */
    private static Map<String, String> paid() {
        Map<String, String> paid = new LinkedHashMap<>();
        for (Entry entry : CallTable.entries()) {
            if (entry.target() instanceof Target.Paid(Route route)) {
                paid.put(address(entry), body(route));
            }
        }
        assertThat(paid).hasSizeGreaterThan(Route.values().length);
        paid.put(TEXT_OPERATION, "{\"message\":\"Hi\"}");
        paid.put(DOCUMENT_OPERATION, "{\"content\":\"Hi\"}");
        return paid;
    }

    private static String address(Entry entry) {
        return entry.path().replace(CallTable.MODEL, "any");
    }

    private static String body(Target target) {
        return switch (target) {
            case Target.Paid(Route route) -> body(route);
            case Target.Count(WireFormat format) ->
                body(format == WireFormat.GEMINI ? Route.GENERATE_CONTENT : Route.MESSAGES);
            case Target.Models _, Target.Version _ -> "";
            case Target.Show _ -> "{\"model\":\"any\"}";
        };
    }

    private static String body(Route route) {
        return switch (route) {
            case CHAT_COMPLETIONS -> Calls.chat("any");
            case COMPLETIONS -> "{\"model\":\"any\",\"prompt\":\"Hi\",\"max_tokens\":16}";
            case EMBEDDINGS, MODERATIONS -> "{\"model\":\"any\",\"input\":\"Hi\"}";
            case RESPONSES -> "{\"model\":\"any\",\"input\":\"Hi\"}";
            case MESSAGES -> Calls.chat("any").replaceFirst("\\{", "{\"max_tokens\":16,");
            case OLLAMA_CHAT -> Calls.chat("any");
            case OLLAMA_GENERATE -> "{\"model\":\"any\",\"prompt\":\"Hi\"}";
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}";
        };
    }

    /** What management and reports serve, from their document, which another test ties to the code. */
    private static List<String> endpoints() throws IOException {
        Matcher matcher = ENDPOINT.matcher(Files.readString(SourceTree.root().resolve("docs/api.md")));
        List<String> endpoints = new ArrayList<>();
        while (matcher.find()) {
            // What is followed for ever has no answer to wait for.
            if (!matcher.group(2).equals("/api/v1/live")) {
                endpoints.add(matcher.group(1) + " " + matcher.group(2).replaceAll(":[a-z]+", "any"));
            }
        }
        return endpoints;
    }

    private String key(String body) throws IOException {
        return Calls.generateKey(gateway.port(), Gateway.MASTER_KEY, body);
    }

    private Reply call(String key, Entry entry, String target, String body, String... headers) throws IOException {
        try (Caller caller = new Caller(gateway.port(), key)) {
            return caller.send(entry.method().name(), target, body.getBytes(StandardCharsets.UTF_8), headers)
                    .reply();
        }
    }

    private Reply call(String key, String method, String target, String body) throws IOException {
        try (Caller caller = new Caller(gateway.port(), key)) {
            byte[] bytes = method.equals("GET") ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
            return caller.send(method, target, bytes).reply();
        }
    }
}
