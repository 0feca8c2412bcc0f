package dev.mizan.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the pages are served. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PagesTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeAll
    void start() {
        Router router = Router.router(vertx);
        new Pages().mount(router);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await();
    }

    @AfterAll
    void stop() {
        client.close();
        vertx.close().await();
    }

    @ParameterizedTest
    @CsvSource({
        "/ui/, text/html; charset=utf-8",
        "/ui/app.js, text/javascript; charset=utf-8",
        "/ui/style.css, text/css; charset=utf-8",
        "/ui/messages.ar.json, application/json; charset=utf-8",
        "/ui/icon.svg, image/svg+xml",
        "/ui/vendor/lit-html/lit-html.js, text/javascript; charset=utf-8",
        "/ui/vendor/lit-html/directives/repeat.js, text/javascript; charset=utf-8",
        "/ui/vendor/reactive-element/reactive-element.js, text/javascript; charset=utf-8",
        "/ui/vendor/echarts/dist/echarts.esm.min.js, text/javascript; charset=utf-8"
    })
    void sendsAFileWithItsTypeUnderAStrictPolicy(String path, String type) throws Exception {
        HttpResponse<byte[]> answer = send(request(path));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isNotEmpty();
        assertThat(answer.headers().firstValue("content-type")).hasValue(type);
        assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("content-security-policy")).hasValue(Pages.CONTENT_SECURITY_POLICY);
    }

    @Test
    void allowsNoInlineScriptOrStyleAndNoOtherOrigin() {
        assertThat(Pages.CONTENT_SECURITY_POLICY)
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http:", "https:", "data:", "*");
    }

    @Test
    void sendsTheBareFolderToItsSlash() throws Exception {
        HttpResponse<byte[]> answer = send(request("/ui"));

        assertThat(answer.statusCode()).isEqualTo(308);
        assertThat(answer.headers().firstValue("location")).hasValue("/ui/");
    }

    @Test
    void sendsAFileOnceUntilItChanges() throws Exception {
        String tag = send(request("/ui/style.css")).headers().firstValue("etag").orElseThrow();

        HttpResponse<byte[]> again = send(request("/ui/style.css").header("if-none-match", tag));
        HttpResponse<byte[]> other = send(request("/ui/style.css").header("if-none-match", "\"other\""));

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(other.statusCode()).isEqualTo(200);
    }

    @Test
    void compressesForThoseWhoTakeIt() throws Exception {
        byte[] plain =
                send(request("/ui/vendor/echarts/dist/echarts.esm.min.js")).body();

        HttpResponse<byte[]> answer =
                send(request("/ui/vendor/echarts/dist/echarts.esm.min.js").header("accept-encoding", "gzip, br"));

        assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(answer.body().length).isLessThan(plain.length / 2);
        assertThat(unzip(answer.body())).isEqualTo(plain);
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpResponse<byte[]> answer = send(request("/ui/").method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValueAsLong("content-length").orElse(0))
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui/none.js",
                "/ui/vendor/",
                "/ui/vendor/lit-html/",
                "/ui/vendor/none/lit-html.js",
                "/ui/vendor/lit-html/../../../../logback.xml",
                "/ui/..%2flogback.xml",
                "/ui/%2e%2e/logback.xml",
                "/ui//logback.xml",
                "/ui/a%00.js"
            })
    void knowsNothingElse(String path) throws Exception {
        assertThat(send(request(path)).statusCode()).isIn(404, 400);
    }

    /** A page that names another address would break where there is none, and tell that address of its readers. */
    @ParameterizedTest
    @ValueSource(strings = {"index.html", "style.css", "app.js", "api.js", "icon.svg"})
    void namesNoOtherAddress(String file) throws Exception {
        String text = new String(send(request("/ui/" + file)).body(), StandardCharsets.UTF_8)
                .replace("http://www.w3.org/2000/svg", "");

        assertThat(text).doesNotContain("http://", "https://", "//cdn");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] unzip(byte[] zipped) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return in.readAllBytes();
        }
    }
}
