package dev.mizan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.provider.ProviderSettings.Simulated;
import dev.mizan.provider.ProviderSettings.Timeouts;
import dev.mizan.upstream.Certificate;
import dev.mizan.wire.Slice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider behind TLS, over a socket, with a certificate for {@code localhost}. */
class ConnectionTlsTest {
    private static final String TRUST = "javax.net.ssl.trustStore";

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private Certificate certificate;
    private SSLServerSocket server;

    @BeforeEach
    void listen() throws Exception {
        certificate = Certificate.make(folder.resolve("store.p12"), "EC", "dns:localhost");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(certificate.keys(), Certificate.PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        server = (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(0);
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() throws Exception {
        System.clearProperty(TRUST);
        System.clearProperty(TRUST + "Password");
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void callsAProviderThatTheSystemTrusts() throws Exception {
        trust();

        assertThat(call("localhost")).isEqualTo("data: 1\n\n".repeat(40));
    }

    @Test
    void callsNobodyElse() {
        assertThatThrownBy(() -> call("localhost"))
                .hasRootCauseMessage("unable to find valid certification path to requested target");
    }

    @Test
    void callsNobodyUnderAnotherName() throws Exception {
        trust();

        assertThatThrownBy(() -> call("127.0.0.1"))
                .hasStackTraceContaining("127.0.0.1")
                .hasStackTraceContaining(SSLHandshakeException.class.getSimpleName());
    }

    private void trust() throws Exception {
        Path trust = folder.resolve("trust.p12");
        certificate.writeTrust(trust);
        System.setProperty(TRUST, trust.toString());
        System.setProperty(TRUST + "Password", Certificate.PASSWORD);
    }

    /** The body of an answer of the provider at {@code host}. */
    private String call(String host) throws Exception {
        ProviderSettings settings = new ProviderSettings(
                "tls",
                Kind.OPENAI_COMPATIBLE,
                URI.create("https://" + host + ":" + server.getLocalPort()),
                "",
                "",
                Map.of(),
                "",
                Timeouts.DEFAULT,
                4,
                Simulated.DEFAULT,
                CannedAnswers.NONE);
        StringBuilder body = new StringBuilder();
        Promise<String> ended = Promise.promise();
        vertx.getOrCreateContext().runOnContext(start -> {
            ConnectionPool pool =
                    new ConnectionPool(vertx, host, server.getLocalPort(), true, settings, System::nanoTime);
            Future<ProviderCall> sent = pool.take()
                    .compose(connection -> new ProviderCall(connection, "/", " HTTP/1.1\r\nhost: here\r\n", "")
                            .send(Slice.of(new byte[] {'{', '}'})));
            sent.onComplete(
                    answer -> answer.handler(part -> body.append(part.latin1()))
                            .exceptionHandler(ended::fail)
                            .endHandler(end -> ended.complete(body.toString())),
                    ended::fail);
        });
        return ended.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void serve() {
        while (!server.isClosed()) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                StringBuilder request = new StringBuilder();
                while (request.indexOf("{}") < 0) {
                    int next = socket.getInputStream().read();
                    if (next < 0) {
                        throw new IOException("closed");
                    }
                    request.append((char) next);
                }
                write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < 40; i++) {
                    write(socket, "9\r\ndata: 1\n\n\r\n");
                }
                write(socket, "0\r\n\r\n");
                var _ = socket.getInputStream().read();
            } catch (IOException e) {
                // The caller left, as it should where it does not trust this.
            }
        }
    }

    private static void write(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
