package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.report.LineBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class LiveFeedTest {
    @TempDir
    Path folder;

    private AdminHarness api;
    private final List<Stream> streams = new ArrayList<>();

    @BeforeEach
    void open() {
        api = new AdminHarness(folder);
    }

    @AfterEach
    void close() {
        streams.forEach(Stream::close);
        api.close();
    }

    @Test
    void newLinesComeInTheirOrderAndThenTheDaysTotals() {
        api.ledger.add(line("2026-11-22T09:59:00Z", "old"));
        Stream stream = follow(MASTER);

        Line first = line("2026-11-22T10:00:00Z", "key_a");
        Line second = line("2026-11-22T10:00:00.001Z", "key_b");
        api.ledger.add(first, second);

        List<String> ids = new ArrayList<>();
        JsonNode totals = Json.object();
        while (ids.size() < 2 || totals.at("/today/calls").asInt(0) < 3) {
            Event event = stream.next();
            if (event.name.equals("line")) {
                ids.add(event.data.path("id").stringValue());
            } else {
                totals = event.data;
                api.clock.advance(Duration.ofSeconds(2));
            }
        }
        assertThat(ids).containsExactly(first.id(), second.id());
        assertThat(totals.path("date").stringValue()).isEqualTo("2026-11-22");
        assertThat(totals.at("/today/provider_cost_usd").stringValue()).isEqualTo("0.3");
    }

    @Test
    void aKeyFollowsItsOwnLinesOnly() {
        String text = api.newKey("{}");
        Stream stream = follow(text);

        Line own = line("2026-11-22T10:00:00Z", api.keyOf(text).id());
        api.ledger.add(line("2026-11-22T10:00:00Z", "key_other"), own);

        Event event = stream.nextLine();
        assertThat(event.data.path("id").stringValue()).isEqualTo(own.id());
        assertThat(event.data.has("provider_cost_usd")).isFalse();
    }

    @Test
    void aStreamEndsWhenItsKeyIsBlocked() {
        String text = api.newKey("{}");
        Stream stream = follow(text);

        api.post("/key/block", MASTER, "{\"key\":\"" + text + "\"}");

        assertThat(stream.ends()).isTrue();
    }

    @Test
    void aStreamSurvivesADatabaseThatFailsForAWhile() {
        Stream stream = follow(MASTER);
        api.ledger.breakDown(true);
        Line line = line("2026-11-22T10:00:00Z", "key_a");
        api.ledger.add(line);
        assertThat(api.get("/api/v1/ledger", MASTER).status()).isEqualTo(503);

        api.ledger.breakDown(false);

        assertThat(stream.nextLine().data.path("id").stringValue()).isEqualTo(line.id());
    }

    @Test
    void followersAreBounded() {
        for (int i = 0; i < LiveFeed.FOLLOWERS_MAX; i++) {
            follow(MASTER);
        }

        AdminHarness.Reply refused = api.get("/api/v1/live", MASTER);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("overloaded");
    }

    @Test
    void nobodyFollowsWithoutAKey() {
        assertThat(api.get("/api/v1/live", "").status()).isEqualTo(401);
        assertThat(api.get("/api/v1/live", "sk-of-nobody-0123456789abcdef").status())
                .isEqualTo(401);
        assertThat(api.get("/api/v1/live?since=1", MASTER).param()).isEqualTo("since");
    }

    private static Line line(String time, String key) {
        return LineBuilder.at(time).key(key).cost("0.1").build();
    }

    private Stream follow(String key) {
        try {
            HttpResponse<InputStream> response = api.client()
                    .send(
                            HttpRequest.newBuilder(api.base.resolve("/api/v1/live"))
                                    .version(HttpClient.Version.HTTP_1_1)
                                    .header("authorization", "Bearer " + key)
                                    .build(),
                            BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
            Stream stream = new Stream(response.body());
            streams.add(stream);
            return stream;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private record Event(String name, JsonNode data) {}

    /** Reads events as a browser does. */
    private static final class Stream implements AutoCloseable {
        private final BufferedReader reader;

        Stream(InputStream body) {
            reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            // The first thing that comes is how soon to come again; until then nobody follows yet.
            assertThat(line()).isEqualTo("retry: 2000");
        }

        Event nextLine() {
            Event event = next();
            while (!event.name.equals("line")) {
                event = next();
            }
            return event;
        }

        Event next() {
            String name = "";
            while (true) {
                String line = line();
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    return new Event(name, Json.read(line.substring(6)));
                }
            }
        }

        boolean ends() {
            try {
                while (reader.readLine() != null) {
                    // What was still on its way.
                }
                return true;
            } catch (IOException e) {
                return true;
            }
        }

        private String line() {
            try {
                String line = reader.readLine();
                if (line == null) {
                    throw new AssertionError("the stream ended");
                }
                return line;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                reader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
