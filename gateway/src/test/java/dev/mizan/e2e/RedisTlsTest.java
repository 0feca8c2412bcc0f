package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.store.PostgresServer;
import dev.mizan.store.redis.RedisServer;
import dev.mizan.upstream.Certificate;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits are counted over TLS; a Redis with a certificate that nobody trusts is not spoken to. */
class RedisTlsTest {
    @TempDir
    Path folder;

    @Test
    void limitsAreCountedOverTlsWithACertificateThatIsTrusted() throws Exception {
        Certificate certificate = Certificate.make(folder.resolve("redis.p12"), "EC", "ip:127.0.0.1");
        Files.writeString(folder.resolve("cert.pem"), certificate.pem());
        Files.writeString(folder.resolve("key.pem"), certificate.keyPem());
        Path store = folder.resolve("trust.p12");
        certificate.writeTrust(store);
        int port = freePort();
        try (FakeUpstream upstream = FakeUpstream.start();
                RedisServer redis = RedisServer.start(
                        "--tls-port",
                        Integer.toString(port),
                        "--tls-cert-file",
                        folder.resolve("cert.pem").toString(),
                        "--tls-key-file",
                        folder.resolve("key.pem").toString(),
                        "--tls-ca-cert-file",
                        folder.resolve("cert.pem").toString(),
                        "--tls-auth-clients",
                        "no")) {
            write(upstream, port);
            String trusted = "-Djavax.net.ssl.trustStore=" + store + " -Djavax.net.ssl.trustStorePassword="
                    + Certificate.PASSWORD;
            try (GatewayChild gateway = GatewayChild.startWith(folder, "env", "JAVA_TOOL_OPTIONS=" + trusted)) {
                String key = Calls.generateKey(gateway.port(), Gateway.MASTER_KEY, "{\"user_id\":\"u1\"}");
                Await.until("the counters are ready", () -> call(gateway, key).status() == 200);
                assertThat(call(gateway, key).errorCode()).isEqualTo("rate_limit_exceeded");
                assertThat(redis.command("EXISTS", "mizan:{m}:h")).isEqualTo(":1");
            }
            redis.command("FLUSHALL");
            try (GatewayChild gateway = GatewayChild.start(folder)) {
                String key = Calls.generateKey(gateway.port(), Gateway.MASTER_KEY, "{\"user_id\":\"u2\"}");
                assertThat(call(gateway, key).errorCode()).isEqualTo("limit_store_unavailable");
                assertThat(redis.command("EXISTS", "mizan:{m}:h")).isEqualTo(":0");
            }
        }
    }

    private void write(FakeUpstream upstream, int port) throws IOException {
        String head = """
                server: {host: 127.0.0.1, port: 0}
                master_key: %s
                storage: {data: "%s", database_url: "%s", redis_url: "rediss://127.0.0.1:%d", redis_timeout: 2s}
                limits: [{subject: "user:*", meter: requests, per: hour, cap: 1}]
                """.formatted(
                        Gateway.MASTER_KEY,
                        folder.resolve("data"),
                        PostgresServer.shared().newDatabase(),
                        port);
        Files.writeString(folder.resolve("mizan.yaml"), head + Gateway.models(upstream) + Gateway.PRICES);
    }

    private static Reply call(GatewayChild gateway, String key) {
        try (Caller caller = new Caller(gateway.port(), key)) {
            return caller.post("/v1/chat/completions", Calls.chat("once")).reply();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
