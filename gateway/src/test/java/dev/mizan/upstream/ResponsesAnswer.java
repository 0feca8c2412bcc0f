package dev.mizan.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What OpenAI's responses answer, streamed if asked, as it does in 2026. Immutable; safe for use by many threads. */
public final class ResponsesAnswer implements Answer {
    private final List<String> deltas;
    private final String usage;
    private final String instructions;
    private final int cutAt;

    private ResponsesAnswer(List<String> deltas, String usage, String instructions, int cutAt) {
        this.deltas = deltas;
        this.usage = usage;
        this.instructions = instructions;
        this.cutAt = cutAt;
    }

    /** One that says {@code deltas}. */
    public static ResponsesAnswer of(String... deltas) {
        return new ResponsesAnswer(List.of(deltas), "null", "null", Integer.MAX_VALUE);
    }

    /** With this usage; {@code input} has what was cached. */
    public ResponsesAnswer usage(long input, long cached, long output, long reasoning) {
        String stated = """
                {"input_tokens":%d,"input_tokens_details":{"cached_tokens":%d},"output_tokens":%d,\
                "output_tokens_details":{"reasoning_tokens":%d},"total_tokens":%d}""".formatted(input, cached, output, reasoning, input + output);
        return new ResponsesAnswer(deltas, stated, instructions, cutAt);
    }

    /** With instructions of so many characters, which are repeated. */
    public ResponsesAnswer instructions(int length) {
        return new ResponsesAnswer(deltas, usage, Answers.quoted("i".repeat(length)), cutAt);
    }

    /** Falls silent before this event. */
    public ResponsesAnswer cut(int event) {
        return new ResponsesAnswer(deltas, usage, instructions, event);
    }

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        if (!exchange.received().json().path("stream").asBoolean(false)) {
            exchange.json(200, whole());
            return;
        }
        exchange.eventStream();
        List<String> events = events();
        for (int i = 0; i < events.size(); i++) {
            if (i == cutAt) {
                exchange.stall();
                return;
            }
            exchange.chunk(events.get(i).getBytes(StandardCharsets.UTF_8));
        }
        exchange.endChunks();
    }

    /** The body of an answer that is not streamed. */
    public String whole() {
        return response("completed", "[" + item() + "]", usage);
    }

    /** The events of one that is. */
    public List<String> events() {
        List<String> events = new ArrayList<>();
        add(events, "response.created", "\"response\":" + response("in_progress", "[]", "null"));
        add(events, "response.in_progress", "\"response\":" + response("in_progress", "[]", "null"));
        add(
                events,
                "response.output_item.added",
                "\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\"}");
        for (String delta : deltas) {
            add(
                    events,
                    "response.output_text.delta",
                    "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"logprobs\":[],\"delta\":"
                            + Answers.quoted(delta));
        }
        add(
                events,
                "response.output_text.done",
                "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"logprobs\":[],\"text\":"
                        + Answers.quoted(String.join("", deltas)));
        add(events, "response.output_item.done", "\"output_index\":0,\"item\":" + item());
        add(events, "response.completed", "\"response\":" + whole());
        return events;
    }

    private static void add(List<String> events, String type, String fields) {
        events.add("event: %s\ndata: {\"type\":\"%s\",\"sequence_number\":%d,%s}\n\n"
                .formatted(type, type, events.size(), fields));
    }

    private String item() {
        return """
                {"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":\
                "output_text","annotations":[],"logprobs":[],"text":%s}]}""".formatted(Answers.quoted(String.join("", deltas)));
    }

    private String response(String status, String output, String stated) {
        return """
                {"id":"resp_7","object":"response","created_at":1762430400,"status":"%s","background":false,\
                "error":null,"incomplete_details":null,"instructions":%s,"max_output_tokens":null,"model":\
                "gpt-4o-mini-2024-07-18","output":%s,"parallel_tool_calls":true,"previous_response_id":null,\
                "service_tier":"default","store":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,\
                "usage":%s,"metadata":{},"unheard_of":{"by":"this gateway"}}""".formatted(status, instructions, output, stated);
    }
}
