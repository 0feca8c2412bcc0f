package dev.mizan.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer of Gemini's generateContent, streamed if the path asks for it (https://ai.google.dev/api/generate-content).
 */
public final class GeminiAnswer implements Answer {
    private final List<String> deltas;
    private long prompt = 9;
    private long cached;
    private long output = 3;
    private long thoughts;
    private String call = "";
    private int cutAt = -1;

    private GeminiAnswer(List<String> deltas) {
        this.deltas = deltas;
    }

    /** An answer of these pieces of text. */
    public static GeminiAnswer of(String... deltas) {
        return new GeminiAnswer(List.of(deltas));
    }

    /** What the cache gave is part of the prompt; thoughts are beside the output. */
    public GeminiAnswer usage(long prompt, long cached, long output, long thoughts) {
        this.prompt = prompt;
        this.cached = cached;
        this.output = output;
        this.thoughts = thoughts;
        return this;
    }

    /** Ends with a call of a function. */
    public GeminiAnswer call(String name, String argumentsJson) {
        call = "{\"functionCall\":{\"name\":\"" + name + "\",\"args\":" + argumentsJson + "}}";
        return this;
    }

    /** Sends {@code events} events and then nothing more. */
    public GeminiAnswer cut(int events) {
        cutAt = events;
        return this;
    }

    /** An error as Google has it. */
    public static Answer error(int status, String name, String message) {
        return exchange -> exchange.json(status, """
                {"error":{"code":%d,"message":"%s","status":"%s"}}""".formatted(status, message, name));
    }

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        if (!exchange.received().target().contains(":streamGenerateContent")) {
            String parts =
                    "{\"text\":" + Answers.quoted(String.join("", deltas)) + "}" + (call.isEmpty() ? "" : "," + call);
            exchange.json(200, response(parts, true, output));
            return;
        }
        exchange.eventStream();
        List<String> events = events();
        for (int i = 0; i < events.size(); i++) {
            if (i == cutAt) {
                exchange.stall();
                return;
            }
            exchange.chunk(("data: " + events.get(i) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        }
        exchange.endChunks();
    }

    private List<String> events() {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < deltas.size(); i++) {
            boolean isLast = i == deltas.size() - 1 && call.isEmpty();
            events.add(response("{\"text\":" + Answers.quoted(deltas.get(i)) + "}", isLast, isLast ? output : i + 1));
        }
        if (!call.isEmpty()) {
            events.add(response(call, true, output));
        }
        return events;
    }

    private String response(String parts, boolean ends, long outputSoFar) {
        return """
                {"candidates":[{"content":{"parts":[%s],"role":"model"}%s,"index":0}],"usageMetadata":\
                {"promptTokenCount":%d,"cachedContentTokenCount":%d,"candidatesTokenCount":%d,"thoughtsTokenCount":%d,\
                "totalTokenCount":%d},"modelVersion":"gemini-2.0-flash","responseId":"mQ3Zaam3Ne2w1PIP"}""".formatted(
                        parts,
                        ends ? ",\"finishReason\":\"STOP\"" : "",
                        prompt,
                        cached,
                        outputSoFar,
                        thoughts,
                        prompt + outputSoFar + thoughts);
    }
}
