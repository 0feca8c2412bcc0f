package dev.mizan.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * An answer of Anthropic's messages API, streamed if the request asks for it
 * (https://docs.anthropic.com/en/api/messages, https://docs.anthropic.com/en/docs/build-with-claude/streaming).
 */
public final class AnthropicAnswer implements Answer {
    private final List<String> deltas;
    private long input = 9;
    private long output = 3;
    private long cacheRead;
    private long cacheWrite;
    private String tool = "";
    private String toolInput = "";
    private int cutAt = -1;
    private boolean ends;
    private Duration gap = Duration.ZERO;

    private AnthropicAnswer(List<String> deltas) {
        this.deltas = deltas;
    }

    /** An answer of these pieces of text. */
    public static AnthropicAnswer of(String... deltas) {
        return new AnthropicAnswer(List.of(deltas));
    }

    /** Input without what the cache gave or took. */
    public AnthropicAnswer usage(long input, long cacheRead, long cacheWrite, long output) {
        this.input = input;
        this.cacheRead = cacheRead;
        this.cacheWrite = cacheWrite;
        this.output = output;
        return this;
    }

    /** Ends with a call of a tool. */
    public AnthropicAnswer tool(String name, String inputJson) {
        tool = name;
        toolInput = inputJson;
        return this;
    }

    /** The pause between two events. */
    public AnthropicAnswer gap(Duration pause) {
        gap = pause;
        return this;
    }

    /** Sends {@code events} events and then nothing more, or the end of the stream. */
    public AnthropicAnswer cut(int events, boolean ends) {
        cutAt = events;
        this.ends = ends;
        return this;
    }

    /** An error as Anthropic has it. */
    public static Answer error(int status, String type, String message, String... headers) {
        return exchange -> exchange.json(status, """
                        {"type":"error","error":{"type":"%s","message":"%s"},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}\
                        """.formatted(type, message), headers);
    }

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        JsonNode request = exchange.received().json();
        if (!request.path("stream").asBoolean(false)) {
            exchange.json(200, body(request), "request-id: req_018EeWyXxfu5pfWkrYcMdjWG");
            return;
        }
        stream(exchange, request);
    }

    void stream(Exchange exchange, JsonNode request) throws IOException, InterruptedException {
        exchange.eventStream("request-id: req_018EeWyXxfu5pfWkrYcMdjWG");
        List<String> events = events(request);
        for (int i = 0; i < events.size(); i++) {
            if (i == cutAt) {
                if (ends) {
                    exchange.endChunks();
                } else {
                    exchange.stall();
                }
                return;
            }
            exchange.chunk(events.get(i).getBytes(StandardCharsets.UTF_8));
            exchange.pause(gap);
        }
        exchange.endChunks();
    }

    /** The body of an answer that is not streamed. */
    public String body(JsonNode request) {
        String call = tool.isEmpty()
                ? ""
                : ",{\"type\":\"tool_use\",\"id\":\"toolu_01A09q90qw90lq917835lq9\",\"name\":\"" + tool
                        + "\",\"input\":" + toolInput + "}";
        return """
                {"id":"msg_013Zva2CMHLNnjNjJJKqJ2EF","type":"message","role":"assistant","model":%s,"content":\
                [{"type":"text","text":%s}%s],"stop_reason":"%s","stop_sequence":null,"usage":%s}""".formatted(
                        request.path("model"),
                        Answers.quoted(String.join("", deltas)),
                        call,
                        tool.isEmpty() ? "end_turn" : "tool_use",
                        usage(output));
    }

    /** The events of a stream, each with its framing. */
    public List<String> events(JsonNode request) {
        List<String> events = new ArrayList<>();
        events.add(event("message_start", """
                {"type":"message_start","message":{"id":"msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY","type":"message",\
                "role":"assistant","content":[],"model":%s,"stop_reason":null,"stop_sequence":null,"usage":%s}}\
                """.formatted(request.path("model"), usage(1))));
        events.add(event("content_block_start", """
                {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""));
        events.add(event("ping", "{\"type\": \"ping\"}"));
        for (String delta : deltas) {
            events.add(event("content_block_delta", """
                    {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%s}}\
                    """.formatted(Answers.quoted(delta))));
        }
        events.add(event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}"));
        if (!tool.isEmpty()) {
            toolEvents(events);
        }
        events.add(event("message_delta", """
                {"type":"message_delta","delta":{"stop_reason":"%s","stop_sequence":null},"usage":{"output_tokens":%d}}\
                """.formatted(tool.isEmpty() ? "end_turn" : "tool_use", output)));
        events.add(event("message_stop", "{\"type\":\"message_stop\"}"));
        return events;
    }

    private void toolEvents(List<String> events) {
        events.add(event("content_block_start", """
                {"type":"content_block_start","index":1,"content_block":{"type":"tool_use",\
                "id":"toolu_01T1x1fJ34qAmk2tNTrN7Up6","name":"%s","input":{}}}""".formatted(tool)));
        int half = toolInput.length() / 2;
        for (String part : List.of("", toolInput.substring(0, half), toolInput.substring(half))) {
            events.add(event("content_block_delta", """
                    {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":%s}}\
                    """.formatted(Answers.quoted(part))));
        }
        events.add(event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":1}"));
    }

    private String usage(long written) {
        return """
                {"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,"output_tokens":%d,\
                "service_tier":"standard"}""".formatted(input, cacheWrite, cacheRead, written);
    }

    private static String event(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }
}
