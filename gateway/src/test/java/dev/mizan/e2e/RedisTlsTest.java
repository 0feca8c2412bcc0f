package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.store.PostgresServer;
import dev.mizan.store.redis.RedisServer;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits are counted over TLS; a Redis with a certificate that nobody trusts is not spoken to. */
class RedisTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @Test
    void limitsAreCountedOverTlsWithACertificateThatIsTrusted() throws Exception {
        Path store = certificate();
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
            String trusted = "-Djavax.net.ssl.trustStore=" + store + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD;
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

    /** Makes a certificate for the loopback address: as PEM for Redis, as a store for who trusts it. */
    private Path certificate() throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("redis.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        pem(
                "key.pem",
                "PRIVATE KEY",
                keys.getKey("redis", PASSWORD.toCharArray()).getEncoded());
        pem("cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("redis", keys.getCertificate("redis"));
        Path trusted = folder.resolve("trust.p12");
        try (var out = Files.newOutputStream(trusted)) {
            trust.store(out, PASSWORD.toCharArray());
        }
        return trusted;
    }

    private void pem(String file, String what, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
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
