package dev.mizan.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages of other origins, over a socket. */
final class CorsTest {
    private static final String APP = "https://app.example";
    private static final String ALLOWED = "access-control-allow-origin";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private URI base = URI.create("http://unset");

    @AfterEach
    void stop() throws Exception {
        client.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void withoutOriginsNoPageMayCall() throws Exception {
        listen(List.of());

        assertThat(get(APP).headers().firstValue(ALLOWED)).isEmpty();
        assertThat(preflight(APP).statusCode()).isEqualTo(418);
    }

    @Test
    void anAllowedOriginIsNamedAndReadsEveryHeader() throws Exception {
        listen(List.of(APP));
        HttpResponse<String> answer = get(APP);

        assertThat(answer.statusCode()).isEqualTo(418);
        assertThat(answer.headers().firstValue(ALLOWED)).contains(APP);
        assertThat(answer.headers().firstValue("access-control-expose-headers")).contains("*");
        assertThat(answer.headers().firstValue("vary"))
                .hasValueSatisfying(vary -> assertThat(vary).isEqualToIgnoringCase("origin"));
        assertThat(answer.headers().firstValue("access-control-allow-credentials"))
                .isEmpty();
    }

    @Test
    void anotherOriginIsNot() throws Exception {
        listen(List.of(APP));

        assertThat(get("https://other.example").headers().firstValue(ALLOWED)).isEmpty();
        assertThat(preflight("https://app.example.evil.example").headers().firstValue(ALLOWED))
                .isEmpty();
    }

    @Test
    void aPreflightIsAnsweredAtOnce() throws Exception {
        listen(List.of("*"));
        HttpResponse<String> answer = preflight(APP);

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue(ALLOWED)).contains("*");
        assertThat(answer.headers().firstValue("access-control-allow-methods")).contains("GET, POST, DELETE");
        assertThat(answer.headers().firstValue("access-control-allow-headers")).contains("authorization");
    }

    private void listen(List<String> origins) throws Exception {
        ServerSettings settings = new ServerSettings("127.0.0.1", 0, origins, 1_000, 16_000, TlsSettings.NONE);
        Listener.Calls calls = new Listener.Calls() {
            @Override
            public void count(HttpServerRequest request, WireFormat format, String model) {
                request.response().setStatusCode(418).end();
            }

            @Override
            public boolean operation(HttpServerRequest request, String path) {
                return false;
            }

            @Override
            public void call(HttpServerRequest request, Route route, String model) {
                request.response().setStatusCode(418).end();
            }

            @Override
            public void show(HttpServerRequest request) {
                request.response().setStatusCode(418).end();
            }

            @Override
            public void version(HttpServerRequest request) {
                request.response().setStatusCode(418).end();
            }

            @Override
            public void models(HttpServerRequest request, WireFormat format, String id) {
                request.response().setStatusCode(418).end();
            }
        };
        Listener listener = new Listener(vertx, settings, calls, request -> request.response()
                .setStatusCode(418)
                .end());
        int port = listener.listen(0).await(10, TimeUnit.SECONDS);
        base = URI.create("http://127.0.0.1:" + port + "/v1/models");
    }

    private HttpResponse<String> get(String origin) throws Exception {
        return send(HttpRequest.newBuilder(base).header("Origin", origin));
    }

    private HttpResponse<String> preflight(String origin) throws Exception {
        return send(HttpRequest.newBuilder(base.resolve("/api/v1/spend"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization"));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
