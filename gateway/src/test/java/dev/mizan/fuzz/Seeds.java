package dev.mizan.fuzz;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.upstream.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Inputs to begin with: a right one of each kind, and what once broke something. */
final class Seeds {
    private static final Map<WireFormat, String> ANSWERS = Map.of(
            WireFormat.OPENAI_CHAT,
            """
            {"choices":[{"index":0,"message":{"content":"t"},"delta":{"content":"t","tool_calls":[{"index":0,"id":"c",\
            "function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,\
            "completion_tokens":2}}""",
            WireFormat.OPENAI_RESPONSES,
            """
            {"type":"response.completed","response":{"output":[],"usage":{"input_tokens":1,"output_tokens":2}}}""",
            WireFormat.ANTHROPIC_MESSAGES,
            """
            {"type":"message_delta","delta":{"stop_reason":"end_turn"},"content":[{"type":"text","text":"t"},\
            {"type":"tool_use","id":"c","name":"f","input":{}}],"usage":{"input_tokens":1,"output_tokens":2}}""",
            WireFormat.GEMINI,
            """
            {"candidates":[{"content":{"parts":[{"text":"t"},{"functionCall":{"name":"f","args":{}}}]},"finishReason":\
            "STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2}}""",
            WireFormat.OLLAMA,
            """
            {"message":{"content":"t","tool_calls":[{"function":{"name":"f","arguments":{}}}]},"done":true,\
            "prompt_eval_count":1,"eval_count":2}""",
            WireFormat.BEDROCK_CONVERSE,
            """
            {"output":{"message":{"content":[{"text":"t"},{"toolUse":{"toolUseId":"c","name":"f","input":{}}}]}},\
            "stopReason":"end_turn","contentBlockIndex":0,"delta":{"text":"t"},"usage":{"inputTokens":1,"outputTokens":2}}""");

    private Seeds() {}

    /** Those of a target. */
    static List<byte[]> of(Class<?> target) {
        List<byte[]> seeds = new ArrayList<>();
        switch (target.getSimpleName()) {
            case "StreamFuzz" -> streams(seeds);
            case "FrameFuzz" -> frames(seeds);
            case "CallFuzz" -> calls(seeds);
            case "AnswerFuzz" -> answers(seeds);
            default -> throw new IllegalArgumentException("target: " + target);
        }
        seeds.addAll(found(target));
        return seeds;
    }

    private static void streams(List<byte[]> seeds) {
        for (WireFormat format : WireFormat.values()) {
            String json = ANSWERS.getOrDefault(format, "{}");
            boolean isLines = format == WireFormat.OLLAMA;
            String stream = isLines
                    ? json + "\r\n" + json + "\n"
                    : "event: x\r\ndata: " + json + "\r\n\r\n: ping\n\ndata:" + json + "\n\ndata: [DONE]\n\n";
            seeds.add(joined(format.ordinal(), "seed" + stream));
        }
    }

    private static void frames(List<byte[]> seeds) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(new byte[] {0, 0, 1, 2, 3, 4});
        stream.writeBytes(Frames.event("messageStart", "{\"role\":\"assistant\"}"));
        stream.writeBytes(Frames.event("chunk", "{\"bytes\":\"eyJ0eXBlIjoicGluZyJ9\"}"));
        stream.writeBytes(Frames.exception("throttlingException", "Slow down"));
        seeds.add(stream.toByteArray());
        // Headers and payload: :message-type, exception.
        seeds.add(joined(1, "\032\015:message-type\007\000\011exception{\"message\":\"m\"}"));
    }

    private static void calls(List<byte[]> seeds) {
        for (Route route : Route.values()) {
            String body =
                    switch (route.format()) {
                        case GEMINI -> """
                            {"contents":[{"role":"user","parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png",\
                            "data":"QUJD"}}]}],"tools":[{"functionDeclarations":[{"name":"f"}]}],\
                            "generationConfig":{"maxOutputTokens":5}}""";
                        case OPENAI_RESPONSES -> """
                            {"model":"m","input":[{"role":"user","content":"a"}],"max_output_tokens":5,"stream":true}""";
                        default -> """
                            {"model":"m","stream":true,"max_tokens":5,"input":"a","prompt":"a","messages":[{"role":"user",\
                            "content":[{"type":"text","text":"a"}]},{"role":"assistant","content":"b"}],"tools":[],\
                            "user":"u","metadata":{"user_id":"v"},"stream_options":null}""";
                    };
            seeds.add(joined(route.ordinal(), body));
        }
    }

    private static void answers(List<byte[]> seeds) {
        for (WireFormat format : WireFormat.values()) {
            seeds.add(joined(format.ordinal(), ANSWERS.getOrDefault(format, "{}")));
            seeds.add(joined(format.ordinal(), "{\"error\":{\"message\":\"m\",\"code\":429}}"));
        }
    }

    private static byte[] joined(int first, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] joined = new byte[bytes.length + 1];
        joined[0] = (byte) first;
        System.arraycopy(bytes, 0, joined, 1, bytes.length);
        return joined;
    }

    /** Inputs that were found by fuzzing, each a line in base64 of {@code found/TARGET.txt}. */
    private static List<byte[]> found(Class<?> target) {
        try (InputStream stream = Seeds.class.getResourceAsStream("found/" + target.getSimpleName() + ".txt")) {
            return stream == null
                    ? List.of()
                    : new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
                            .lines()
                            .map(line -> Base64.getDecoder().decode(line))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
