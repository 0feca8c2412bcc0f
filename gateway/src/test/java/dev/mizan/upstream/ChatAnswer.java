package dev.mizan.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/**
 * A chat completion in OpenAI's wire format, streamed if the request asks for it, with every deviation that real
 * servers have been seen with. Starts as OpenAI's own behaviour; each method changes one thing and returns this. To be
 * set up before it is used; then safe for use by many threads.
 */
public final class ChatAnswer implements Answer {
    private Flavour flavour = Flavour.OPENAI;
    private List<String> deltas = List.of("Hello", " there", "!");
    private String usage = usage(9, 3);
    private Reports reports = Reports.AS_ASKED;
    private int dones = 1;
    private Duration firstByteAfter = Duration.ZERO;
    private Duration gap = Duration.ZERO;
    private boolean together;
    private String lineEnd = "\n";
    private boolean comments;
    private boolean eventLines;
    private boolean multiLine;
    private boolean gzip;
    private String extra = "";
    private String tool = "";
    private String toolArguments = "";
    private int cutAt = -1;
    private Cut cut = Cut.RESET;
    private String[] headers = {};

    /** Servers with ways of their own. */
    public enum Flavour {
        OPENAI,
        /** Content filter results; a first chunk without choices. */
        AZURE,
        /** Usage without details; fields of its own. */
        VLLM,
        /** Ollama's OpenAI-compatible endpoint: a fingerprint and little else. */
        OLLAMA
    }

    /** When a stream reports usage. */
    public enum Reports {
        /** In a last chunk without choices, if {@code stream_options.include_usage} asked for it. */
        AS_ASKED,
        /** In a last chunk without choices, asked or not. */
        ALWAYS,
        /** Not at all, nor in an answer that is not streamed. */
        NEVER,
        /** In the chunk with the finish reason. */
        WITH_CHOICES,
        /** In two chunks: first with counts that are too low, then rightly. */
        TWICE,
        /** Running totals in every chunk. */
        EVERY_CHUNK
    }

    /** How an answer breaks off. */
    public enum Cut {
        /** RST. */
        RESET,
        /** FIN without the end of the framing. */
        CLOSE,
        /** The framing ends rightly: the answer only looks whole. */
        END,
        /** Nothing more comes, and the connection stays open. */
        STALL,
        /** Half an event, then FIN. */
        HALF_EVENT,
        /** Half an event, then a right end of the framing. */
        HALF_EVENT_END,
        /** An event with an error object, then the end. */
        ERROR_EVENT,
        /** Bytes that are neither an event nor JSON, then the rest as if nothing had happened. */
        GARBAGE,
        /** An event whose text is not UTF-8, then the rest. */
        INVALID_UTF8,
        /** One event of 10 MB, then the rest. */
        GIANT_EVENT
    }

    /** An answer of these pieces of text. */
    public static ChatAnswer of(String... deltas) {
        ChatAnswer answer = new ChatAnswer();
        answer.deltas = List.of(deltas);
        return answer;
    }

    /** OpenAI's usage object. */
    public static String usage(long prompt, long completion) {
        return usage(prompt, completion, 0, 0);
    }

    /** OpenAI's usage object; cached tokens are part of the prompt, reasoning tokens part of the completion. */
    public static String usage(long prompt, long completion, long cached, long reasoning) {
        return """
                {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,"prompt_tokens_details":\
                {"cached_tokens":%d,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":%d,\
                "audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}""".formatted(prompt, completion, prompt + completion, cached, reasoning);
    }

    public ChatAnswer flavour(Flavour flavour) {
        this.flavour = flavour;
        return this;
    }

    /** The usage object to report, as JSON. */
    public ChatAnswer usage(String json) {
        usage = json;
        return this;
    }

    public ChatAnswer reports(Reports reports) {
        this.reports = reports;
        return this;
    }

    /** How often a stream says {@code [DONE]}: 0, 1 or more. */
    public ChatAnswer dones(int count) {
        dones = count;
        return this;
    }

    public ChatAnswer firstByteAfter(Duration delay) {
        firstByteAfter = delay;
        return this;
    }

    /** The pause between two chunks of a stream. */
    public ChatAnswer gap(Duration pause) {
        gap = pause;
        return this;
    }

    /** Sends a stream's events in one write. */
    public ChatAnswer together() {
        together = true;
        return this;
    }

    /** Lines end with CR LF. */
    public ChatAnswer crlf() {
        lineEnd = "\r\n";
        return this;
    }

    /** A comment line before each event, as OpenRouter sends them to keep connections open. */
    public ChatAnswer comments() {
        comments = true;
        return this;
    }

    /** {@code event:} and {@code id:} lines before each event's data. */
    public ChatAnswer eventLines() {
        eventLines = true;
        return this;
    }

    /** Each event's data on two {@code data:} lines. */
    public ChatAnswer multiLine() {
        multiLine = true;
        return this;
    }

    /** Compresses the answer if it is not streamed, asked or not. */
    public ChatAnswer gzip() {
        gzip = true;
        return this;
    }

    /** Members to add to each object sent, as JSON without braces. */
    public ChatAnswer extra(String members) {
        extra = "," + members;
        return this;
    }

    /** Headers to add, each {@code "Name: value"}. */
    public ChatAnswer headers(String... headers) {
        this.headers = headers.clone();
        return this;
    }

    /** Ends with a call of a tool. */
    public ChatAnswer tool(String name, String argumentsJson) {
        tool = name;
        toolArguments = argumentsJson;
        return this;
    }

    /** Breaks off after {@code events} events; of an answer that is not streamed, after half of its body. */
    public ChatAnswer cut(int events, Cut how) {
        cutAt = events;
        cut = how;
        return this;
    }

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        JsonNode request = exchange.received().json();
        exchange.pause(firstByteAfter);
        if (request.path("stream").asBoolean(false)) {
            stream(exchange, request);
        } else {
            whole(exchange, request);
        }
    }

    /** The events' data that a stream for {@code request} has, without {@code [DONE]}. */
    public List<String> events(JsonNode request) {
        boolean asked = request.path("stream_options").path("include_usage").asBoolean(false);
        String nothing = asked && flavour != Flavour.VLLM && flavour != Flavour.OLLAMA ? ",\"usage\":null" : "";
        List<String> events = new ArrayList<>();
        if (flavour == Flavour.AZURE) {
            events.add("""
                    {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,\
                    "content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}""");
        }
        events.add(chunk(request, choice("{\"role\":\"assistant\",\"content\":\"\"}", "null"), usageSoFar(0, nothing)));
        for (int i = 0; i < deltas.size(); i++) {
            String delta = "{\"content\":" + Answers.quoted(deltas.get(i)) + "}";
            events.add(chunk(request, choice(delta, "null"), usageSoFar(i + 1, nothing)));
        }
        String last =
                reports == Reports.WITH_CHOICES || reports == Reports.EVERY_CHUNK ? ",\"usage\":" + usage : nothing;
        if (!tool.isEmpty()) {
            toolEvents(request, events, nothing);
        }
        events.add(chunk(request, choice("{}", finish()), last));
        if (reports == Reports.TWICE) {
            events.add(chunk(request, "", ",\"usage\":" + usage(1, 1)));
        }
        if (reports == Reports.ALWAYS || reports == Reports.TWICE || (reports == Reports.AS_ASKED && asked)) {
            events.add(chunk(request, "", ",\"usage\":" + usage));
        }
        return events;
    }

    /** The body of an answer to {@code request} that is not streamed. */
    public String body(JsonNode request) {
        String usageMember = reports == Reports.NEVER ? "" : ",\"usage\":" + usage;
        String choice = """
                {"index":0,"message":{"role":"assistant","content":%s%s,"refusal":null,"annotations":[]},\
                "logprobs":null,"finish_reason":%s%s}""".formatted(Answers.quoted(String.join("", deltas)), calls(), finish(), choiceExtras());
        return """
                {"id":"%s","object":"chat.completion","created":1762430400,"model":%s,"choices":[%s]%s%s%s}\
                """.formatted(id(), model(request), choice, usageMember, serverExtras(), extra);
    }

    private String calls() {
        return tool.isEmpty()
                ? ""
                : ",\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"" + tool
                        + "\",\"arguments\":" + Answers.quoted(toolArguments) + "}}]";
    }

    private String finish() {
        return tool.isEmpty() ? "\"stop\"" : "\"tool_calls\"";
    }

    /** The name comes first, then the arguments in two pieces. */
    private void toolEvents(JsonNode request, List<String> events, String usageMember) {
        String start =
                "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"";
        events.add(chunk(request, choice(start + tool + "\",\"arguments\":\"\"}}]}", "null"), usageMember));
        int half = toolArguments.length() / 2;
        for (String part : List.of(toolArguments.substring(0, half), toolArguments.substring(half))) {
            String delta = "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + Answers.quoted(part) + "}}]}";
            events.add(chunk(request, choice(delta, "null"), usageMember));
        }
    }

    private void whole(Exchange exchange, JsonNode request) throws IOException, InterruptedException {
        byte[] body = body(request).getBytes(StandardCharsets.UTF_8);
        if (cutAt >= 0) {
            exchange.head(200, "Content-Type: application/json", "Content-Length: " + body.length);
            exchange.write(Arrays.copyOf(body, body.length / 2));
            switch (cut) {
                case RESET -> exchange.reset();
                case STALL -> exchange.stall();
                default -> exchange.close();
            }
            return;
        }
        if (gzip) {
            String[] all = Arrays.copyOf(headers, headers.length + 1);
            all[headers.length] = "Content-Encoding: gzip";
            exchange.whole(200, "application/json", zipped(body), all);
            return;
        }
        exchange.whole(200, "application/json", body, headers);
    }

    private void stream(Exchange exchange, JsonNode request) throws IOException, InterruptedException {
        List<String> events = events(request);
        exchange.eventStream(headers);
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < events.size(); i++) {
            if (i == cutAt && !cutOff(exchange, events.get(i))) {
                return;
            }
            if (together) {
                batch.append(framed(events.get(i)));
                continue;
            }
            exchange.chunk(framed(events.get(i)));
            exchange.pause(gap);
        }
        for (int i = 0; i < dones; i++) {
            batch.append("data: [DONE]").append(lineEnd).append(lineEnd);
        }
        if (!batch.isEmpty()) {
            exchange.chunk(batch.toString());
        }
        exchange.endChunks();
    }

    /** Breaks off; true if the stream then goes on. */
    private boolean cutOff(Exchange exchange, String event) throws IOException, InterruptedException {
        String framed = framed(event);
        String half = framed.substring(0, framed.length() / 2);
        switch (cut) {
            case RESET -> exchange.reset();
            case CLOSE -> exchange.close();
            case END -> exchange.endChunks();
            case STALL -> exchange.stall();
            case HALF_EVENT -> exchange.chunk(half).close();
            case HALF_EVENT_END -> exchange.chunk(half).endChunks();
            case ERROR_EVENT ->
                exchange.chunk("data: " + Answers.error("The server had an error", "server_error", "") + "\n\n")
                        .endChunks();
            case GARBAGE -> exchange.chunk("\u0000\u0001{{{]]]data:: <html>502</html>\n\ndata: {not json\n\n");
            case INVALID_UTF8 -> exchange.chunk(invalidUtf8());
            case GIANT_EVENT ->
                exchange.chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "x".repeat(10 << 20)
                        + "\"}}]}\n\n");
        }
        return cut == Cut.GARBAGE || cut == Cut.INVALID_UTF8 || cut == Cut.GIANT_EVENT;
    }

    private static byte[] invalidUtf8() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"".getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(new byte[] {(byte) 0xC3, (byte) 0x28, (byte) 0xFF, (byte) 0xF5, (byte) 0x80});
        bytes.writeBytes("\"}}]}\n\n".getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private String framed(String data) {
        StringBuilder event = new StringBuilder();
        if (comments) {
            event.append(": PROCESSING").append(lineEnd).append(lineEnd);
        }
        if (eventLines) {
            event.append("event: message").append(lineEnd).append("id: 7").append(lineEnd);
        }
        if (multiLine) {
            int comma = data.indexOf(',') + 1;
            event.append("data: ").append(data, 0, comma).append(lineEnd);
            event.append("data: ").append(data, comma, data.length());
        } else {
            event.append("data: ").append(data);
        }
        return event.append(lineEnd).append(lineEnd).toString();
    }

    private String usageSoFar(int deltasSent, String otherwise) {
        return reports == Reports.EVERY_CHUNK ? ",\"usage\":" + usage(9, deltasSent) : otherwise;
    }

    private String chunk(JsonNode request, String choice, String usageMember) {
        return """
                {"id":"%s","object":"chat.completion.chunk","created":1762430400,"model":%s%s,"choices":[%s]%s%s}\
                """.formatted(id(), model(request), serverExtras(), choice, usageMember, extra);
    }

    private String choice(String delta, String finish) {
        String logprobs = flavour == Flavour.OLLAMA ? "" : ",\"logprobs\":null";
        return "{\"index\":0,\"delta\":%s%s,\"finish_reason\":%s%s}".formatted(delta, logprobs, finish, choiceExtras());
    }

    private String choiceExtras() {
        return switch (flavour) {
            case AZURE -> ",\"content_filter_results\":{\"hate\":{\"filtered\":false,\"severity\":\"safe\"}}";
            case VLLM -> ",\"stop_reason\":null,\"token_ids\":null";
            case OPENAI, OLLAMA -> "";
        };
    }

    private String serverExtras() {
        return switch (flavour) {
            case OPENAI, AZURE -> ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_44709d6fcb\"";
            case VLLM -> ",\"prompt_logprobs\":null,\"kv_transfer_params\":null";
            case OLLAMA -> ",\"system_fingerprint\":\"fp_ollama\"";
        };
    }

    private String id() {
        return switch (flavour) {
            case OLLAMA -> "chatcmpl-417";
            case OPENAI, AZURE, VLLM -> "chatcmpl-CYgmAeVrVX0fGjPbTCzjfPBFmNcuG";
        };
    }

    private static String model(JsonNode request) {
        return Answers.quoted(request.path("model").asString("gpt-4o-mini"));
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }
}
