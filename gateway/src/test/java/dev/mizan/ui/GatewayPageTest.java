package dev.mizan.ui;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import dev.mizan.ConfigurationReader;
import dev.mizan.LiveConfiguration;
import dev.mizan.Mizan;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page on a gateway that really serves: what a call costs is on the screen, without reloading, and explained. */
@ExtendWith(Chromium.class)
final class GatewayPageTest {
    private static final String MASTER_KEY = "sk-master-of-the-page-test-1";

    @TempDir
    private Path folder = Path.of("");

    private final HttpClient client = HttpClient.newHttpClient();
    private Mizan mizan;

    @BeforeEach
    void start() throws IOException {
        Path file = folder.resolve("mizan.yaml");
        Files.writeString(file, """
                master_key: %s
                time_zone: Europe/Istanbul
                server: {host: 127.0.0.1, port: 0}
                storage: {data: %s}
                providers:
                  sim: {kind: simulated}
                models:
                  mini: {deployments: [{provider: sim, model: gpt-4o-mini}]}
                prices:
                  - {provider: sim, model: "*", input: 0.15, output: 0.60}
                """.formatted(MASTER_KEY, folder.resolve("data")));
        ConfigurationReader reader = new ConfigurationReader(name -> Optional.empty());
        mizan = Mizan.start(new LiveConfiguration(() -> reader.file(file), Optional.of(file), read -> read));
    }

    @AfterEach
    void stop() {
        mizan.close();
        client.close();
    }

    @Test
    void refusesAWrongKey(Browser browser) {
        try (Tab tab = Tab.atADesk(browser, mizan.address())) {
            tab.open();
            tab.find("#key").fill("sk-this-is-not-the-key");
            tab.page().keyboard().press("Enter");

            assertThat(tab.find("[role=alert]")).containsText("This key is not known here.");
        }
    }

    @Test
    void showsACallAsItIsMadeAndExplainsIt(Browser browser) throws Exception {
        try (Tab tab = Tab.atADesk(browser, mizan.address())) {
            tab.signIn(MASTER_KEY);
            assertThat(tab.find("mizan-copyable")).isVisible();
            tab.page().evaluate("window.before = true");

            String id = call(MASTER_KEY);

            Locator row = tab.find("[data-id='" + id + "']");
            assertThat(row).isVisible();
            assertThat(tab.find("#today-requests")).hasAttribute("value", "1");
            assertThat(tab.page().evaluate("window.before")).isEqualTo(true);
            JsonObject overview = api("/api/v1/overview", MASTER_KEY);
            JsonObject month = overview.getJsonObject("this_month");
            assertThat(tab.find("#month-cost")).hasAttribute("value", month.getString("provider_cost_usd"));
            assertThat(tab.find("#month-tokens"))
                    .hasAttribute("value", month.getLong("total_tokens").toString());
            assertThat(tab.find(".models tbody tr")).hasCount(1);

            row.locator("button").focus();
            tab.page().keyboard().press("Enter");
            JsonObject explained = api("/api/v1/ledger/" + id + "/explain", MASTER_KEY);
            assertThat(explained.getString("total_cost_usd")).isNotEqualTo("0");
            assertThat(tab.find("#explained-cost")).hasAttribute("value", explained.getString("total_cost_usd"));
            assertThat(tab.find(".receipt tbody tr"))
                    .hasCount(explained.getJsonArray("components").size());
            assertThat(tab.find("dialog")).containsText(explained.getString("price_card"));
        }
    }

    @Test
    void showsAUserOnlyTheirOwnCalls(Browser browser) throws Exception {
        String key = generateKey();
        String other = call(MASTER_KEY);
        try (Tab tab = Tab.atADesk(browser, mizan.address())) {
            tab.signIn(key);
            String own = call(key);

            assertThat(tab.find("[data-id='" + own + "']")).isVisible();
            assertThat(tab.find("[data-id='" + other + "']")).hasCount(0);
            assertThat(tab.find("#today-requests")).hasAttribute("value", "1");
            assertThat(tab.find(".who")).hasText("laptop");

            tab.page().getByText("Sign out").click();
            assertThat(tab.find("#key")).isVisible();
            assertThat(tab.page().evaluate("fetch('/api/v1/overview').then((answer) => answer.status)"))
                    .isEqualTo(401);
        }
    }

    /** Makes a call and returns its request id. */
    private String call(String key) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/v1/chat/completions", key)
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")));
        return answer.headers().firstValue("x-mizan-request-id").orElseThrow();
    }

    private String generateKey() throws IOException, InterruptedException {
        return new JsonObject(send(request("/key/generate", MASTER_KEY)
                                .POST(HttpRequest.BodyPublishers.ofString("{\"key_alias\":\"laptop\"}")))
                        .body())
                .getString("key");
    }

    private JsonObject api(String path, String key) throws IOException, InterruptedException {
        return new JsonObject(send(request(path, key)).body());
    }

    private HttpRequest.Builder request(String path, String key) {
        return HttpRequest.newBuilder(URI.create(mizan.address() + path))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }
}
