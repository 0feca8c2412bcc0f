package dev.mizan.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on the listener, over a socket, with certificates of the JDK's {@code keytool}. */
final class ListenerTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void callersSpeakHttp2OrHttp11() throws Exception {
        KeyStore made = make("first", "RSA");
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
        KeyStore first = make("first", "EC");
        KeyStore second = make("second", "RSA");
        write(first);
        URI base = listen();
        assertThat(get(base, first, HttpClient.Version.HTTP_2).statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> get(base, second, HttpClient.Version.HTTP_2)).isInstanceOf(SSLException.class);

        // Half of a change: the certificate is the second one's, the key not yet.
        Files.writeString(folder.resolve("certificate.pem"), certificate(second));
        assertThatThrownBy(() -> ServerCertificate.read(settings()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("certificate.pem")
                .hasMessageNotContaining("BEGIN PRIVATE KEY-----\n");
        assertThat(get(base, first, HttpClient.Version.HTTP_2).statusCode()).isEqualTo(200);
        Files.writeString(folder.resolve("key.pem"), key(second));

        HttpResponse<String> answer = awaitAnswer(base, second);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThatThrownBy(() -> get(base, first, HttpClient.Version.HTTP_2)).isInstanceOf(SSLException.class);
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        KeyStore first = make("first", "RSA");
        KeyStore second = make("second", "RSA");
        write(first);
        assertThat(ServerCertificate.read(settings()).toString()).isEqualTo("ServerCertificate[***]");
        Files.writeString(folder.resolve("key.pem"), key(second));

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

    private HttpResponse<String> awaitAnswer(URI base, KeyStore trusted) throws Exception {
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

    private static HttpResponse<String> get(URI base, KeyStore trusted, HttpClient.Version version) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("root", trusted.getCertificate("mizan"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(context).version(version).build()) {
            return client.send(HttpRequest.newBuilder(base).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private void write(KeyStore made) throws Exception {
        Files.writeString(folder.resolve("certificate.pem"), certificate(made));
        Files.writeString(folder.resolve("key.pem"), key(made));
    }

    private static String certificate(KeyStore made) throws Exception {
        return pem("CERTIFICATE", ((X509Certificate) made.getCertificate("mizan")).getEncoded());
    }

    private static String key(KeyStore made) throws Exception {
        return pem("PRIVATE KEY", made.getKey("mizan", PASSWORD).getEncoded());
    }

    private static String pem(String what, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    private KeyStore make(String name, String algorithm) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "mizan",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (InputStream content = Files.newInputStream(file)) {
            made.load(content, PASSWORD);
        }
        return made;
    }
}
