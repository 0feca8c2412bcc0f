package dev.mizan.upstream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * An answer of Ollama's {@code /api/chat}, streamed as lines of JSON unless the request says not to
 * (https://docs.ollama.com/api/chat).
 */
public final class OllamaAnswer implements Answer {
    private final List<String> deltas;
    private long prompt = 26;
    private long output = 3;
    private String call = "";
    private String error = "";
    private int cutAt = -1;
    private boolean resets;
    private CountDownLatch read = new CountDownLatch(0);

    private OllamaAnswer(List<String> deltas) {
        this.deltas = deltas;
    }

    /** An answer of these pieces of text. */
    public static OllamaAnswer of(String... deltas) {
        return new OllamaAnswer(List.of(deltas));
    }

    public OllamaAnswer usage(long promptTokens, long outputTokens) {
        prompt = promptTokens;
        output = outputTokens;
        return this;
    }

    /** Ends with a call of a tool. */
    public OllamaAnswer call(String name, String argumentsJson) {
        call = ",\"tool_calls\":[{\"function\":{\"name\":\"" + name + "\",\"arguments\":" + argumentsJson + "}}]";
        return this;
    }

    /** Sends {@code lines} lines of a stream and then an error as a line, as Ollama does under status 200. */
    public OllamaAnswer error(int lines, String message) {
        cutAt = lines;
        error = message;
        return this;
    }

    /** Sends {@code lines} lines and then nothing more, or a reset. */
    public OllamaAnswer cut(int lines, boolean byReset) {
        cutAt = lines;
        resets = byReset;
        return this;
    }

    /** Waits with the reset until the peer has surely read what came before: a reset may overtake it. */
    public OllamaAnswer once(CountDownLatch hasRead) {
        read = hasRead;
        return this;
    }

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        if (!exchange.received().path().equals("/api/chat")) {
            exchange.json(404, "{\"error\":\"404 page not found\"}");
            return;
        }
        JsonNode request = exchange.received().json();
        String start = "{\"model\":%s,\"created_at\":\"2025-11-06T12:00:00.123456Z\",".formatted(request.path("model"));
        String end = """
                ,"done":true,"done_reason":"stop","total_duration":5191566416,"load_duration":2154458,\
                "prompt_eval_count":%d,"prompt_eval_duration":383809000,"eval_count":%d,"eval_duration":4799921000}\
                """.formatted(prompt, output);
        if (!request.path("stream").asBoolean(true)) {
            exchange.json(200, start + message(String.join("", deltas), call) + end);
            return;
        }
        List<String> lines = new ArrayList<>();
        deltas.forEach(delta -> lines.add(start + message(delta, "") + ",\"done\":false}\n"));
        if (!call.isEmpty()) {
            lines.add(start + message("", call) + ",\"done\":false}\n");
        }
        lines.add(start + message("", "") + end + "\n");
        exchange.head(200, "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
        for (int i = 0; i < lines.size(); i++) {
            if (i == cutAt) {
                cut(exchange);
                return;
            }
            exchange.chunk(lines.get(i));
        }
        exchange.endChunks();
    }

    private void cut(Exchange exchange) throws IOException, InterruptedException {
        if (!error.isEmpty()) {
            exchange.chunk("{\"error\":" + Answers.quoted(error) + "}\n").endChunks();
        } else if (resets) {
            read.await(10, TimeUnit.SECONDS);
            exchange.reset();
        } else {
            exchange.stall();
        }
    }

    private static String message(String text, String call) {
        return "\"message\":{\"role\":\"assistant\",\"content\":" + Answers.quoted(text) + call + "}";
    }
}
