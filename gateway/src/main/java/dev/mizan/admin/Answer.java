package dev.mizan.admin;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What is answered. */
sealed interface Answer {
    String JSON = "application/json";

    /** A body that is there. */
    record Whole(int status, String type, Buffer body, Map<String, String> headers) implements Answer {
        public Whole {
            headers = Map.copyOf(headers);
        }

        /** The same with these headers. */
        Whole with(Map<String, String> headers) {
            return new Whole(status, type, body, headers);
        }
    }

    /** A body that is written piece by piece, however long it is; kept as a file by a browser. */
    record Streamed(String type, String fileName, Writer writer) implements Answer {}

    /** A response that somebody takes over, on the event loop, and ends. */
    record Taken(Handler<HttpServerResponse> taker) implements Answer {}

    /** Writes a body. */
    interface Writer {
        /** Writes it all to {@code sink}; blocking. */
        void write(Sink sink);
    }

    /** Where a streamed body goes. */
    interface Sink {
        /** Blocks while the caller does not take what was written before; throws when the caller has gone. */
        void write(byte[] bytes);
    }

    static Whole json(JsonNode body) {
        return json(200, body);
    }

    static Whole json(int status, JsonNode body) {
        return new Whole(status, JSON, Buffer.buffer(Json.bytes(body)), Map.of());
    }
}
