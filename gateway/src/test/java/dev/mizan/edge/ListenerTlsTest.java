package dev.mizan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.upstream.Certificate;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on the listener, over a socket, with certificates of its own making. */
final class ListenerTlsTest {
    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void callersSpeakHttp2OrHttp11() throws Exception {
        Certificate made = make("first", "RSA");
        write(made);
        URI base = listen();

        for (HttpClient.Version version : HttpClient.Version.values()) {
            if (version == HttpClient.Version.HTTP_2 || version == HttpClient.Version.HTTP_1_1) {
                HttpResponse<String> answer = get(base, made, version);
                assertThat(answer.version()).isEqualTo(version);
                assertThat(answer.body()).isEqualTo("true");
            }
        }
    }

    @Test
    void plainHttpGetsNoAnswer() throws Exception {
        write(make("first", "EC"));
        URI base = listen();
        URI plain = URI.create("http" + base.toString().substring("https".length()));

        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(plain).build();
            assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aCertificateThatChangesIsTakenAndOneThatCantBeUsedIsNot() throws Exception {
        Certificate first = make("first", "EC");
        Certificate second = make("second", "RSA");
        write(first);
        URI base = listen();
        assertThat(get(base, first, HttpClient.Version.HTTP_2).statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> get(base, second, HttpClient.Version.HTTP_2)).isInstanceOf(SSLException.class);

        // Half of a change: the certificate is the second one's, the key not yet.
        Files.writeString(folder.resolve("certificate.pem"), second.pem());
        assertThatThrownBy(() -> ServerCertificate.read(settings()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("certificate.pem")
                .hasMessageNotContaining("BEGIN PRIVATE KEY-----\n");
        assertThat(get(base, first, HttpClient.Version.HTTP_2).statusCode()).isEqualTo(200);
        Files.writeString(folder.resolve("key.pem"), second.keyPem());

        HttpResponse<String> answer = awaitAnswer(base, second);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThatThrownBy(() -> get(base, first, HttpClient.Version.HTTP_2)).isInstanceOf(SSLException.class);
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        Certificate first = make("first", "RSA");
        Certificate second = make("second", "RSA");
        write(first);
        assertThat(ServerCertificate.read(settings()).toString()).isEqualTo("ServerCertificate[***]");
        Files.writeString(folder.resolve("key.pem"), second.keyPem());

        assertThatThrownBy(() -> ServerCertificate.read(settings()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the key is another certificate's");
    }

    @Test
    void filesThatAreNotThereAreRefused() {
        assertThatThrownBy(() -> ServerCertificate.read(settings()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("certificate.pem can't be read");
    }

    private HttpResponse<String> awaitAnswer(URI base, Certificate trusted) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try {
                return get(base, trusted, HttpClient.Version.HTTP_2);
            } catch (SSLException e) {
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(20)) {
                    throw e;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private URI listen() throws Exception {
        ServerSettings settings = new ServerSettings("127.0.0.1", 0, List.of(), 1_000, 16_000, settings());
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
                request.response().end(String.valueOf(request.isSSL()));
            }
        };
        Listener listener = new Listener(vertx, settings, calls, request -> request.response()
                .setStatusCode(404)
                .end());
        return URI.create("https://localhost:" + listener.listen(0).await(10, TimeUnit.SECONDS) + "/v1/models");
    }

    private TlsSettings settings() {
        return new TlsSettings(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
    }

    private static HttpResponse<String> get(URI base, Certificate trusted, HttpClient.Version version)
            throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted.trust());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(context).version(version).build()) {
            return client.send(HttpRequest.newBuilder(base).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private void write(Certificate made) throws Exception {
        Files.writeString(folder.resolve("certificate.pem"), made.pem());
        Files.writeString(folder.resolve("key.pem"), made.keyPem());
    }

    private Certificate make(String name, String algorithm) throws Exception {
        return Certificate.make(folder.resolve(name + ".p12"), algorithm, "dns:localhost,ip:127.0.0.1");
    }
}
