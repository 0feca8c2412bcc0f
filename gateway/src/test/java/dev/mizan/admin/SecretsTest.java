package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.report.LineBuilder;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Keys are shown once, and nowhere else: no answer, no log line and no file has one, or what it could be made from. */
class SecretsTest {
    private static final String BAD = "sk-a-credential-that-is-not-known-here";

    @TempDir
    Path folder;

    private final ConcurrentLinkedQueue<String> logged = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event.getFormattedMessage() + " " + event.getThrowableProxy());
        }
    };
    private Level level = Level.INFO;
    private AdminHarness api;

    @BeforeEach
    void open() {
        appender.start();
        level = root.getLevel();
        root.addAppender(appender);
        api = new AdminHarness(folder);
        root.setLevel(Level.DEBUG);
    }

    @AfterEach
    void close() {
        root.detachAppender(appender);
        root.setLevel(level);
        api.close();
    }

    @Test
    void noAnswerLogOrFileHasASecret() throws IOException {
        String text = api.newKey("{\"key_alias\":\"a\"}");
        String old = api.newKey("{\"key_alias\":\"b\"}");
        String id = api.keyOf(text).id();
        String hash = api.keys.stored(id).orElseThrow().credential().hash();
        String renewed = api.post("/key/" + old + "/regenerate", MASTER, "{\"grace_period\":\"1h\"}")
                .json()
                .path("key")
                .stringValue();
        api.ledger.add(LineBuilder.at("2026-11-22T09:00:00Z").key(id).cost("1").build());
        List<Reply> replies = new ArrayList<>();
        for (String key : List.of(MASTER, text, renewed, old, BAD, "")) {
            for (Endpoint endpoint : api.api.endpoints()) {
                replies.add(call(endpoint, key, text));
            }
        }
        for (String secret : List.of(text, MASTER, BAD)) {
            replies.add(api.get("/key/info?key=" + secret, MASTER));
            replies.add(api.get("/nothing/" + secret, MASTER));
            replies.add(api.post("/key/update", MASTER, "{\"key\":\"" + secret + "\",\"models\":[\"fast\"]}"));
            if (!secret.equals(BAD)) {
                replies.add(api.post("/key/generate", MASTER, "{\"key\":\"" + secret + "\"}"));
            }
            replies.add(api.get("/key/" + secret + "/regenerate", MASTER));
            replies.add(api.post("/key/generate", MASTER, "{\"key\":[\"" + secret + "\"]}"));
            replies.add(api.post("/key/delete", MASTER, "{\"keys\":[\"" + secret + "x\"]}"));
            replies.add(api.post("/ui/login", "", "{\"key\":\"" + secret + "\"}"));
            replies.add(api.post("/ui/login", "", "{\"key\":{\"k\":\"" + secret + "\"}}"));
            replies.add(api.post("/ui/login", "", "{\"key\":\"" + secret + "\""));
        }

        List<String> secrets = List.of(text, old, renewed, MASTER, BAD, hash, text.substring(3), renewed.substring(3));
        for (Reply reply : replies) {
            String everything = reply.body() + reply.response().headers().map();
            for (String secret : secrets) {
                assertThat(everything)
                        .as("%s", reply.response().uri().getPath())
                        .doesNotContain(secret);
            }
        }
        for (String line : logged) {
            for (String secret : secrets) {
                assertThat(line).doesNotContain(secret);
            }
        }
        assertThat(logged).isNotEmpty();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                for (String secret : List.of(text, old, renewed, MASTER, text.substring(3), renewed.substring(3))) {
                    assertThat(content.contains(secret)).as("%s", file).isFalse();
                }
            }
        }
    }

    private Reply call(Endpoint endpoint, String key, String secret) {
        String path = endpoint.path()
                .replace(":key", "key_none")
                .replace(":id", "none")
                .replace(":name", "none");
        if (path.equals("/api/v1/live")) {
            path += "?since=0"; // Refused, so that the answer ends.
        }
        return endpoint.method().equals(HttpMethod.GET)
                ? api.get(path, key)
                : api.send(endpoint.method().name(), path, key, "{\"unknown\":\"" + secret + "\"}");
    }
}
