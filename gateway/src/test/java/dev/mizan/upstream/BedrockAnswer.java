package dev.mizan.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer of Bedrock's runtime to what the path asks for: Converse and ConverseStream
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html), and, with a body of
 * Anthropic's, InvokeModel and InvokeModelWithResponseStream.
 */
public final class BedrockAnswer implements Answer {
    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> deltas;
    private final AnthropicAnswer anthropic;
    private long input = 9;
    private long cacheRead;
    private long cacheWrite;
    private long output = 3;
    private String tool = "";
    private String toolInput = "";
    private int cutAt = -1;
    private Cut cut = Cut.STALL;
    private byte[] last = new byte[0];
    private int pieces = 1;
    private CountDownLatch read = new CountDownLatch(0);

    /** What a stream does instead of going on. */
    public enum Cut {
        STALL,
        RESET,
        /** Ends in order in the middle of the next frame. */
        HALF_FRAME,
        /** Sends the next frame with a bit of its payload turned. */
        WRONG_CHECKSUM,
        /** Sends what {@link #then} was given, and ends. */
        OTHER
    }

    private BedrockAnswer(String... deltas) {
        this.deltas = List.of(deltas);
        this.anthropic = AnthropicAnswer.of(deltas);
    }

    /** An answer of these pieces of text. */
    public static BedrockAnswer of(String... deltas) {
        return new BedrockAnswer(deltas);
    }

    /** Input without what the cache gave or took. */
    public BedrockAnswer usage(long plain, long read, long written, long outputTokens) {
        input = plain;
        cacheRead = read;
        cacheWrite = written;
        output = outputTokens;
        anthropic.usage(plain, read, written, outputTokens);
        return this;
    }

    /** Ends with a call of a tool. */
    public BedrockAnswer tool(String name, String inputJson) {
        tool = name;
        toolInput = inputJson;
        anthropic.tool(name, inputJson);
        return this;
    }

    /** Sends {@code frames} frames, then what {@code how} says. */
    public BedrockAnswer cut(int frames, Cut how) {
        cutAt = frames;
        cut = how;
        return this;
    }

    /** Waits with the reset until the peer has surely read what came before: a reset may overtake it. */
    public BedrockAnswer once(CountDownLatch hasRead) {
        read = hasRead;
        return this;
    }

    /** Sends {@code frames} frames, then {@code bytes}, and ends. */
    public BedrockAnswer then(int frames, byte[] bytes) {
        last = bytes.clone();
        return cut(frames, Cut.OTHER);
    }

    /** Sends a stream in chunks of {@code bytes}, wherever frames end. */
    public BedrockAnswer inPieces(int bytes) {
        pieces = -bytes;
        return this;
    }

    /** An error as Bedrock has it. */
    public static Answer error(int status, String type, String message) {
        return exchange ->
                exchange.json(status, "{\"message\":" + Answers.quoted(message) + "}", "x-amzn-ErrorType: " + type);
    }

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        JsonNode request = exchange.received().json();
        String path = exchange.received().path();
        String method = path.substring(path.lastIndexOf('/') + 1);
        boolean isAnthropic = method.startsWith("invoke");
        boolean isRight = isAnthropic
                ? request.path("anthropic_version").asString("").equals("bedrock-2023-05-31")
                        && !request.has("model")
                        && !request.has("stream")
                : request.path("messages").path(0).path("content").path(0).has("text");
        if (!isRight) {
            error(400, "ValidationException", "Malformed input request").to(exchange);
            return;
        }
        switch (method) {
            case "invoke" -> exchange.json(200, anthropic.body(model(request)));
            case "converse" -> exchange.json(200, whole());
            case "invoke-with-response-stream" -> stream(exchange, wrapped(request));
            case "converse-stream" -> stream(exchange, frames());
            default -> error(404, "UnknownOperationException", "").to(exchange);
        }
    }

    private void stream(Exchange exchange, List<byte[]> frames) throws IOException, InterruptedException {
        exchange.head(
                200,
                "Content-Type: application/vnd.amazon.eventstream",
                "x-amzn-RequestId: 5b5b3a9b-1a8c-4a53-9d9c-6a3f6b1fd2c1",
                "Transfer-Encoding: chunked");
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        for (int i = 0; i < frames.size(); i++) {
            if (i == cutAt) {
                cut(exchange, frames.get(i));
                return;
            }
            if (pieces > 0) {
                exchange.chunk(frames.get(i));
            } else {
                together.writeBytes(frames.get(i));
            }
        }
        byte[] rest = together.toByteArray();
        for (int at = 0; at < rest.length; at -= pieces) {
            exchange.chunk(Arrays.copyOfRange(rest, at, Math.min(rest.length, at - pieces)));
        }
        exchange.endChunks();
    }

    private void cut(Exchange exchange, byte[] next) throws IOException, InterruptedException {
        switch (cut) {
            case STALL -> exchange.stall();
            case RESET -> {
                read.await(10, TimeUnit.SECONDS);
                exchange.reset();
            }
            case HALF_FRAME ->
                exchange.chunk(Arrays.copyOf(next, next.length / 2)).endChunks();
            case WRONG_CHECKSUM -> {
                byte[] turned = next.clone();
                turned[turned.length - 6] ^= 1;
                exchange.chunk(turned).endChunks();
            }
            case OTHER -> exchange.chunk(last).endChunks();
        }
    }

    private String whole() {
        String call = tool.isEmpty()
                ? ""
                : ",{\"toolUse\":{\"toolUseId\":\"tooluse_kZJMlvQmRJ6eAyJE5GIl7Q\",\"name\":\"" + tool + "\",\"input\":"
                        + toolInput + "}}";
        return """
                {"metrics":{"latencyMs":551},"output":{"message":{"content":[{"text":%s}%s],"role":"assistant"}},\
                "stopReason":"%s","usage":%s}""".formatted(
                Answers.quoted(String.join("", deltas)), call, tool.isEmpty() ? "end_turn" : "tool_use", usage());
    }

    private List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        frames.add(Frames.event("messageStart", "{\"p\":\"abcd\",\"role\":\"assistant\"}"));
        for (String delta : deltas) {
            frames.add(Frames.event(
                    "contentBlockDelta",
                    "{\"contentBlockIndex\":0,\"delta\":{\"text\":" + Answers.quoted(delta) + "},\"p\":\"abcdefgh\"}"));
        }
        frames.add(Frames.event("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"ab\"}"));
        if (!tool.isEmpty()) {
            frames.add(Frames.event("contentBlockStart", """
                    {"contentBlockIndex":1,"p":"a","start":{"toolUse":{"name":"%s",\
                    "toolUseId":"tooluse_kZJMlvQmRJ6eAyJE5GIl7Q"}}}""".formatted(tool)));
            frames.add(Frames.event("contentBlockDelta", """
                    {"contentBlockIndex":1,"delta":{"toolUse":{"input":%s}},"p":"abc"}""".formatted(Answers.quoted(toolInput))));
            frames.add(Frames.event("contentBlockStop", "{\"contentBlockIndex\":1,\"p\":\"ab\"}"));
        }
        frames.add(Frames.event(
                "messageStop",
                "{\"p\":\"abcde\",\"stopReason\":\"" + (tool.isEmpty() ? "end_turn" : "tool_use") + "\"}"));
        frames.add(
                Frames.event("metadata", "{\"metrics\":{\"latencyMs\":531},\"p\":\"abc\",\"usage\":" + usage() + "}"));
        return frames;
    }

    /** Anthropic's events, each in a frame of its own. */
    private List<byte[]> wrapped(JsonNode request) {
        List<byte[]> frames = new ArrayList<>();
        for (String event : anthropic.events(model(request))) {
            String json = event.substring(event.indexOf("data: ") + 6).strip();
            String bytes = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
            frames.add(Frames.event("chunk", "{\"bytes\":\"" + bytes + "\",\"p\":\"abcdefghijkl\"}"));
        }
        return frames;
    }

    private static JsonNode model(JsonNode request) {
        return JSON.createObjectNode().put("model", "claude-haiku-4-5-20251001").setAll((ObjectNode) request);
    }

    private String usage() {
        return """
                {"cacheReadInputTokenCount":%d,"cacheReadInputTokens":%d,"cacheWriteInputTokenCount":%d,\
                "cacheWriteInputTokens":%d,"inputTokens":%d,"outputTokens":%d,"totalTokens":%d}""".formatted(
                cacheRead, cacheRead, cacheWrite, cacheWrite, input, output, input + cacheRead + cacheWrite + output);
    }
}
