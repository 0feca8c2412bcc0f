package dev.mizan.upstream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers that need no settings: OpenAI's and Ollama's other endpoints, errors, and faults of the connection. */
public final class Answers {
    private static final JsonMapper JSON = new JsonMapper();

    private Answers() {}

    /** What a well-behaved server answers to each path, Azure's, Ollama's native ones and version 1's. */
    public static Answer byPath() {
        return exchange -> {
            String path = exchange.received().path();
            Answer answer;
            if (path.endsWith("/chat/completions")) {
                answer = new ChatAnswer();
            } else if (path.endsWith("/completions")) {
                answer = completion("Hello there!", 4, 3);
            } else if (path.endsWith("/embeddings")) {
                answer = embeddings(8);
            } else if (path.endsWith("/moderations")) {
                answer = moderation();
            } else if (path.endsWith("/models")) {
                answer = models("gpt-4o-mini", "text-embedding-3-small");
            } else if (path.startsWith("/api/")) {
                answer = ollama();
            } else {
                answer = status(
                        404,
                        error(
                                "Invalid URL (" + exchange.received().method() + " " + path + ")",
                                "invalid_request_error",
                                ""));
            }
            answer.to(exchange);
        };
    }

    /** An answer with this status, body and headers, each {@code "Name: value"}. */
    public static Answer status(int status, String body, String... headers) {
        return exchange -> exchange.json(status, body, headers);
    }

    /** An OpenAI error that has this status, body and headers. */
    public static Answer failure(int status, String message, String type, String code, String... headers) {
        return status(status, error(message, type, code), headers);
    }

    /** 429, with how many seconds to wait. */
    public static Answer rateLimited(String... headers) {
        return failure(429, "Rate limit reached for requests", "requests", "rate_limit_exceeded", headers);
    }

    /** OpenAI's error object; an empty {@code code} is null. */
    public static String error(String message, String type, String code) {
        return "{\"error\":{\"message\":%s,\"type\":%s,\"param\":null,\"code\":%s}}"
                .formatted(quoted(message), quoted(type), code.isEmpty() ? "null" : quoted(code));
    }

    /** A legacy text completion, streamed if asked. */
    public static Answer completion(String text, long prompt, long completion) {
        return exchange -> {
            JsonNode request = exchange.received().json();
            String start = "{\"id\":\"cmpl-7\",\"object\":\"text_completion\",\"created\":1762430400,\"model\":%s"
                    .formatted(quoted(request.path("model").asString("gpt-3.5-turbo-instruct")));
            String usage = "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}"
                    .formatted(prompt, completion, prompt + completion);
            if (!request.path("stream").asBoolean(false)) {
                exchange.json(
                        200,
                        "%s,\"choices\":[{\"text\":%s,\"index\":0,\"logprobs\":null,\"finish_reason\":\"stop\"}],%s}"
                                .formatted(start, quoted(text), usage));
                return;
            }
            exchange.eventStream();
            exchange.chunk(
                    "data: %s,\"choices\":[{\"text\":%s,\"index\":0,\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
                            .formatted(start, quoted(text)));
            if (request.path("stream_options").path("include_usage").asBoolean(false)) {
                exchange.chunk("data: %s,\"choices\":[],%s}\n\n".formatted(start, usage));
            }
            exchange.chunk("data: [DONE]\n\n").endChunks();
        };
    }

    /** One vector for each input, as numbers or base64; a token for each input character. */
    public static Answer embeddings(int dimensions) {
        return exchange -> {
            JsonNode request = exchange.received().json();
            JsonNode input = request.path("input");
            int count = input.isArray() && !input.path(0).isNumber() ? input.size() : 1;
            boolean base64 = request.path("encoding_format").asString("float").equals("base64");
            List<String> items = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                items.add("{\"object\":\"embedding\",\"index\":%d,\"embedding\":%s}"
                        .formatted(i, vector(dimensions, base64)));
            }
            long tokens = input.isArray() ? 4L * count : input.asString("").length();
            exchange.json(200, """
                    {"object":"list","data":[%s],"model":%s,"usage":{"prompt_tokens":%d,"total_tokens":%d}}""".formatted(
                    String.join(",", items), quoted(request.path("model").asString("")), tokens, tokens));
        };
    }

    /** What OpenAI says of something harmless: no usage, since it is free. */
    public static Answer moderation() {
        return status(200, """
                {"id":"modr-7","model":"omni-moderation-latest","results":[{"flagged":false,\
                "categories":{"violence":false},"category_scores":{"violence":0.0001}}]}""");
    }

    /** A list of models, or one of them. */
    public static Answer models(String... ids) {
        List<String> items = new ArrayList<>();
        for (String id : ids) {
            items.add("{\"id\":%s,\"object\":\"model\",\"created\":1762430400,\"owned_by\":\"system\"}"
                    .formatted(quoted(id)));
        }
        return status(200, "{\"object\":\"list\",\"data\":[" + String.join(",", items) + "]}");
    }

    /**
     * Ollama's native endpoints: {@code /api/chat}, {@code /api/generate}, {@code /api/tags}; streams unless told not
     * to.
     */
    public static Answer ollama() {
        return exchange -> {
            String path = exchange.received().path();
            if (path.equals("/api/tags")) {
                exchange.json(200, """
                        {"models":[{"name":"llama3.2:latest","model":"llama3.2:latest","size":2019393189,"digest":"a80c",\
                        "details":{"format":"gguf","family":"llama","parameter_size":"3.2B"}}]}""");
                return;
            }
            JsonNode request = exchange.received().json();
            boolean chat = path.equals("/api/chat");
            String start = "{\"model\":%s,\"created_at\":\"2025-11-06T12:00:00.123456Z\","
                    .formatted(quoted(request.path("model").asString("llama3.2")));
            String text = chat ? "\"message\":{\"role\":\"assistant\",\"content\":\"%s\"}" : "\"response\":\"%s\"";
            String end =
                    ",\"done\":true,\"done_reason\":\"stop\",\"total_duration\":5191566416,\"load_duration\":2154458,"
                            + "\"prompt_eval_count\":26,\"prompt_eval_duration\":383809000,\"eval_count\":3,"
                            + "\"eval_duration\":4799921000}";
            if (!request.path("stream").asBoolean(true)) {
                exchange.json(200, start + text.formatted("Hello there!") + end);
                return;
            }
            exchange.head(200, "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
            for (String delta : List.of("Hello", " there", "!")) {
                exchange.chunk(start + text.formatted(delta) + ",\"done\":false}\n");
            }
            exchange.chunk(start + text.formatted("") + end + "\n").endChunks();
        };
    }

    /** Resets the connection before anything is said. */
    public static Answer reset() {
        return Exchange::reset;
    }

    /** Closes the connection before anything is said. */
    public static Answer hangUp() {
        return Exchange::close;
    }

    /** Says nothing at all until the peer leaves. */
    public static Answer silence() {
        return Exchange::stall;
    }

    /** Sends a status line and headers, then resets. */
    public static Answer resetAfterHeaders() {
        return exchange -> exchange.head(200, "Content-Type: application/json", "Content-Length: 500")
                .reset();
    }

    /** Sends bytes that are not HTTP. */
    public static Answer notHttp() {
        return exchange -> exchange.write("\u0016\u0003\u0001 this is not HTTP\r\n\r\n\u0000\u0000")
                .close();
    }

    /** 200 with a body that is not JSON. */
    public static Answer garbage() {
        return exchange -> exchange.whole(
                200, "application/json", "<html><body>502 Bad Gateway</body></html>".getBytes(StandardCharsets.UTF_8));
    }

    /** A right answer behind headers of {@code bytes} bytes. */
    public static Answer hugeHeaders(int bytes) {
        return exchange ->
                new ChatAnswer().headers("x-huge: " + "h".repeat(bytes)).to(exchange);
    }

    /** Promises more bytes than it sends, then closes. */
    public static Answer shortBody() {
        return exchange -> {
            byte[] body = new ChatAnswer().body(exchange.received().json()).getBytes(StandardCharsets.UTF_8);
            exchange.head(200, "Content-Type: application/json", "Content-Length: " + (body.length + 100))
                    .write(body)
                    .close();
        };
    }

    /** {@code text} as a JSON string. */
    public static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    private static String vector(int dimensions, boolean base64) {
        ByteBuffer floats = ByteBuffer.allocate(4 * dimensions).order(ByteOrder.LITTLE_ENDIAN);
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            float value = (i + 1) / 64f;
            floats.putFloat(value);
            numbers.add(Float.toString(value));
        }
        return base64
                ? quoted(Base64.getEncoder().encodeToString(floats.array()))
                : "[" + String.join(",", numbers) + "]";
    }
}
