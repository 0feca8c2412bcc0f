package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.upstream.Answer;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.Exchange;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Limits as callers meet them: over sockets, with the real books, from the configuration to the next start. */
class LimitsTest {
    private static final int CALLERS = 16;

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
    void parallelCallersNeverSpendMoreThanTheCap() throws Exception {
        long cap = 2_000_000;
        String limits = "limits: [{subject: global, meter: cost, per: day, cap: 0.002}]\n";
        try (Gateway gateway = gateway(limits)) {
            List<Reply> replies = inParallel(() -> gateway.chat(bounded("once", 20)), 20 * CALLERS);

            assertThat(replies).extracting(Reply::status).containsOnly(200, 429);
            Reply refused = replies.stream()
                    .filter(reply -> reply.status() == 429)
                    .findFirst()
                    .orElseThrow();
            assertThat(refused.errorCode()).isEqualTo("cost_limit_exceeded");
            assertThat(refused.json().path("error").path("type").asString()).isEqualTo("budget_exceeded");
            assertThat(refused.text()).containsPattern("Current cost: [0-9.]+, Max budget: 0.002");
            assertThat(refused.header("x-should-retry")).isEqualTo("false");
            long answered =
                    replies.stream().filter(reply -> reply.status() == 200).count();
            gateway.books().awaitCount(Line.Kind.CALL, (int) answered);
            assertThat(gateway.books().all().stream()
                            .mapToLong(line -> line.cost().provider().nanos())
                            .sum())
                    .isLessThanOrEqualTo(cap)
                    .isGreaterThan(cap / 2);
            assertThat(gateway.books().all())
                    .allMatch(line -> line.cost().overrun().isZero());
        }
    }

    @Test
    void aRestartDoesNotFillTheBudgetAgain() throws Exception {
        String limits = "limits: [{subject: \"user:*\", meter: cost, per: month, cap: 0.001}]\n";
        int answered = 0;
        try (Gateway gateway = gateway(limits)) {
            Reply reply = gateway.chat(bounded("once", 20));
            while (reply.status() == 200) {
                answered++;
                reply = gateway.chat(bounded("once", 20));
            }
            assertThat(answered).isPositive();
            assertThat(reply.errorCode()).isEqualTo("cost_limit_exceeded");
        }
        try (Gateway gateway = gateway(limits)) {
            assertThat(gateway.chat(bounded("once", 20)).errorCode()).isEqualTo("cost_limit_exceeded");
        }
    }

    @Test
    void whatFellBackToAnAliasCountsOnItsLimitsAlsoAfterARestart() throws Exception {
        String limits = "limits: [{subject: \"model:once\", meter: cost, per: month, cap: 0.001}]\n";
        Answer broken = Answers.status(500, "{}");
        Answer working = Answers.byPath();
        upstream.otherwise(exchange -> (isFor(exchange, "gpt-4o") ? broken : working).to(exchange));
        int answered = 0;
        Reply refused;
        try (Gateway gateway = gateway(limits)) {
            refused = gateway.chat(bounded("safe", 20));
            while (refused.status() == 200) {
                answered++;
                refused = gateway.chat(bounded("safe", 20));
            }
            assertThat(answered).isPositive();
            assertThat(refused.errorCode()).isEqualTo("cost_limit_exceeded");
        }
        try (Gateway gateway = gateway(limits)) {
            // What was used is the same, to the last digit.
            assertThat(gateway.chat(bounded("safe", 20)).text()).isEqualTo(refused.text());
            gateway.books().awaitCount(Line.Kind.CALL, answered);
            assertThat(gateway.books().all())
                    .filteredOn(line -> line.outcome().status() == Outcome.Status.OK)
                    .hasSize(answered)
                    .allMatch(line -> line.call().alias().equals("safe"))
                    .allMatch(line -> line.target().via().equals(List.of("once")));
        }
    }

    @Test
    void aRateIsToldAndRefusedWithWhenToTryAgain() throws Exception {
        try (Gateway gateway = gateway("limits: [{subject: \"key:*\", meter: requests, per: minute, cap: 2}]\n")) {
            Reply first = gateway.chat(Calls.chat("once"));
            assertThat(first.header("x-ratelimit-limit-requests")).isEqualTo("2");
            assertThat(first.header("x-ratelimit-remaining-requests")).isEqualTo("1");
            assertThat(gateway.chat(Calls.chat("once")).status()).isEqualTo(200);

            Reply refused =
                    gateway.post("/v1/chat/completions", Calls.chat("once"), "Accept-Language: tr-TR, en;q=0.5");

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.errorCode()).isEqualTo("rate_limit_exceeded");
            assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 61);
            assertThat(refused.text()).contains("dakikalık istek limiti aşıldı (2/2)");
            assertThat(upstream.requests()).isEqualTo(2);
        }
    }

    @Test
    void whoIsRefusedForMoneyWasCountedAsARequest() throws Exception {
        String limits = """
                limits:
                  - {subject: global, meter: cost, per: day, cap: 0}
                  - {subject: global, meter: requests, per: minute, cap: 2}
                """;
        try (Gateway gateway = gateway(limits)) {
            assertThat(gateway.chat(bounded("once", 1)).errorCode()).isEqualTo("cost_limit_exceeded");
            assertThat(gateway.chat(bounded("once", 1)).errorCode()).isEqualTo("cost_limit_exceeded");
            assertThat(gateway.chat(bounded("once", 1)).errorCode()).isEqualTo("rate_limit_exceeded");
            assertThat(upstream.requests()).isZero();
        }
    }

    @Test
    void theOutputIsLoweredToWhatIsLeft() throws Exception {
        String limits = "limits: [{subject: global, meter: cost, per: day, cap: 0.001, clamp: true}]\n";
        try (Gateway gateway = gateway(limits)) {
            Reply reply = gateway.chat(bounded("once", 100_000));

            assertThat(reply.status()).isEqualTo(200);
            long lowered = Long.parseLong(reply.header("x-mizan-max-tokens"));
            JsonNode sent =
                    new JsonMapper().readTree(upstream.received().getLast().body());
            assertThat(sent.path("max_tokens").asLong()).isEqualTo(lowered).isBetween(1L, 125L);
        }
    }

    @Test
    void whatWasSetAsideInVainIsInTheMetrics() throws Exception {
        String limits = "metrics: {public_read: true}\nlimits: [{subject: \"key:*\", meter: cost, per: day, cap: 1}]\n";
        try (Gateway gateway = gateway(limits)) {
            assertThat(gateway.chat(bounded("once", 1_000)).status()).isEqualTo(200);

            gateway.books().awaitCount(Line.Kind.CALL, 1);
            Line line = gateway.books().all().getFirst();
            double reserved = metric(gateway, "mizan_reserved_usd_total");
            double unused = metric(gateway, "mizan_reserved_unused_usd_total");
            // 1,000 tokens at 8 USD a million, and the text at its bytes.
            assertThat(reserved).isBetween(0.008, 0.009);
            assertThat(Math.round((reserved - unused) * 1e9))
                    .isEqualTo(line.cost().charged().nanos())
                    .isPositive();
        }
    }

    @Test
    void theProviderIsSentTheBoundThatWasReserved() throws Exception {
        String limits = "limits: [{subject: global, meter: cost, per: day, cap: 1}]\n";
        try (Gateway gateway = gateway(limits)) {
            assertThat(gateway.chat(Calls.chat("once")).status()).isEqualTo(200);

            JsonNode sent =
                    new JsonMapper().readTree(upstream.received().getLast().body());
            assertThat(sent.path("max_tokens").asLong()).isEqualTo(4_096);
        }
    }

    @Test
    void whatCanNotBeBoundedIsRefusedByName() throws Exception {
        String picture = "{\"model\":\"once\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"https://a.example/b.png\"}}]}]}";
        try (Gateway gateway = gateway("limits: [{subject: global, meter: cost, per: day, cap: 1}]\n")) {
            Reply refused = gateway.chat(picture);

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().path("error").path("param").asString()).isEqualTo("image_url");
            assertThat(upstream.requests()).isZero();
        }
    }

    @Test
    void anUnpricedModelIsRefusedUnderALimitOfMoneyAlone() throws Exception {
        String models = Gateway.models(upstream);
        try (Gateway free = Gateway.start(subfolder("free"), models)) {
            assertThat(free.chat(Calls.chat("once")).status()).isEqualTo(200);
        }
        try (Gateway limited =
                Gateway.start(subfolder("limited"), models + "limits: [{meter: cost, per: day, cap: 1}]\n")) {
            assertThat(limited.chat(Calls.chat("once")).errorCode()).isEqualTo("unpriced_model");
        }
    }

    @Test
    void aFullDeploymentIsSkippedAndNotHit() throws Exception {
        String yaml = """
                providers: {up: {kind: openai-compatible, base_url: "%s", api_key: none}}
                models:
                  both: {retries: 0, deployments: [{provider: up, model: a, rpm: 1}, {provider: up, model: b, rpm: 2}]}
                """.formatted(upstream.v1());
        try (Gateway gateway = Gateway.start(folder, yaml)) {
            List<String> models = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                models.add(gateway.chat(Calls.chat("both")).header("x-mizan-model"));
            }

            assertThat(models).containsExactlyInAnyOrder("a", "b", "b");
            assertThat(gateway.chat(Calls.chat("both")).errorCode()).isEqualTo("rate_limit_exceeded");
            assertThat(upstream.requests()).isEqualTo(3);
        }
    }

    @Test
    void aCheaperModelAnswersAsTheBudgetIsUsedUpAndAnEndpointIsSwitchedOff() throws Exception {
        String yaml = """
                cost: {daily_limit: 0.001}
                degrade: [{at: 0%, to: gpt-4o-mini, disable: [/v1/embeddings]}]
                """;
        try (Gateway gateway = gateway(yaml)) {
            Reply reply = gateway.chat(bounded("once", 10));

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("x-mizan-degraded")).isEqualTo("gpt-4o-mini");
            Line line = gateway.books().call(reply.requestId());
            assertThat(line.call().requestedModel()).isEqualTo("once");
            assertThat(line.call().alias()).isEqualTo("gpt-4o-mini");
            Reply off = gateway.post("/v1/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":\"a\"}");
            assertThat(off.status()).isEqualTo(503);
            assertThat(off.errorCode()).isEqualTo("endpoint_disabled");
            assertThat(off.text()).contains("Service temporarily disabled");
        }
    }

    @Test
    void guardsRefuseBeforeAnythingIsSent() throws Exception {
        String yaml =
                "guards: {max_input_tokens_per_request: 50, max_output_tokens_per_request: 20, max_messages: 2}\n";
        try (Gateway gateway = gateway(yaml)) {
            assertThat(gateway.chat(bounded("once", 21)).errorCode()).isEqualTo("output_token_limit_exceeded");
            String longText = Calls.chat("once").replace("Say hello", "Say hello ".repeat(40));
            assertThat(gateway.post("/v1/chat/completions", longText, "Accept-Language: tr")
                            .text())
                    .containsPattern("Input token \\([0-9]+\\) request limiti aşıyor \\(50\\)");
            assertThat(upstream.requests()).isZero();

            assertThat(gateway.chat(Calls.chat("once")).status()).isEqualTo(200);
            JsonNode sent =
                    new JsonMapper().readTree(upstream.received().getLast().body());
            assertThat(sent.path("max_tokens").asLong()).isEqualTo(20);
        }
    }

    private Path subfolder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private Gateway gateway(String yaml) {
        return Gateway.start(folder, Gateway.models(upstream) + Gateway.PRICES + yaml);
    }

    private static double metric(Gateway gateway, String name) throws IOException {
        try (Caller caller = gateway.caller()) {
            String text = caller.send("GET", "/metrics", new byte[0]).reply().text();
            return text.lines()
                    .filter(line -> line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    private static boolean isFor(Exchange exchange, String model) {
        return exchange.received().json().path("model").asString("").equals(model);
    }

    private static String bounded(String model, int maxTokens) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":" + maxTokens
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the scales\"}]}";
    }

    private static List<Reply> inParallel(Callable<Reply> call, int times) throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<Reply>> running = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                running.add(callers.submit(call));
            }
            List<Reply> replies = new ArrayList<>();
            for (Future<Reply> one : running) {
                replies.add(one.get());
            }
            return replies;
        }
    }
}
