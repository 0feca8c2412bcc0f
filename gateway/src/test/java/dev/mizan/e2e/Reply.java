package dev.mizan.e2e;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer as it came over the wire. Not changed once it is made. */
final class Reply {
    private static final JsonMapper JSON = new JsonMapper();

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final Map<String, String> trailers;
    private final boolean whole;

    /**
     * An answer.
     *
     * @param headers by lower-case name; of a name that comes twice, the last
     * @param body without its framing
     * @param trailers what came behind the last chunk, likewise
     * @param whole whether it ended as its framing promised
     */
    Reply(int status, Map<String, String> headers, byte[] body, Map<String, String> trailers, boolean whole) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body.clone();
        this.trailers = Map.copyOf(trailers);
        this.whole = whole;
    }

    int status() {
        return status;
    }

    byte[] body() {
        return body.clone();
    }

    /** The trailer's value; empty if it is not there. */
    String trailer(String name) {
        return trailers.getOrDefault(name, "");
    }

    /** Whether it ended as its framing promised. */
    boolean whole() {
        return whole;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
        return JSON.readTree(body);
    }

    /** The header's value; empty if it is not there. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    String requestId() {
        return header("x-mizan-request-id");
    }

    /** The error's {@code code}; empty if it has none. */
    String errorCode() {
        return json().path("error").path("code").asString("");
    }

    /** The data of a stream's events, {@code [DONE]} included. */
    List<String> events() {
        return text().lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    /** The text of a streamed answer; events that are not JSON have none. */
    String streamedText() {
        StringBuilder all = new StringBuilder();
        for (String event : events()) {
            try {
                all.append(JSON.readTree(event)
                        .path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asString(""));
            } catch (JacksonException e) {
                // The end marker, or half an event: no text.
            }
        }
        return all.toString();
    }

    /** The code of the error event that a stream ended with; empty if it did not. */
    String streamedErrorCode() {
        String last = events().isEmpty() ? "" : events().getLast();
        return last.startsWith("{\"error\"")
                ? JSON.readTree(last).path("error").path("code").asString("")
                : "";
    }
}
