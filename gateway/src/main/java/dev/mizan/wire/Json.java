package dev.mizan.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Streaming JSON with the bounds of the data plane. Safe for use by many threads. */
public final class Json {
    /** How deep arrays and objects may nest. */
    public static final int DEPTH_MAX = 200;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Json() {}

    /** A parser of {@code bytes}; its offsets count from the start of the slice. */
    public static JsonParser parser(Slice bytes) {
        return FACTORY.createParser(ObjectReadContext.empty(), bytes.array(), bytes.from(), bytes.length());
    }

    /** What {@code writer} writes, in UTF-8. */
    public static byte[] bytes(Consumer<JsonGenerator> writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            writer.accept(json);
        }
        return out.toByteArray();
    }

    /** {@code before}, what {@code writer} writes, and {@code after}, in UTF-8. */
    public static byte[] bytes(String before, Consumer<JsonGenerator> writer, String after) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.writeBytes(raw(before));
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            writer.accept(json);
        }
        out.writeBytes(raw(after));
        return out.toByteArray();
    }

    /** {@code text} as a JSON string with its quotes, in UTF-8. */
    public static byte[] string(String text) {
        return bytes(json -> json.writeString(text));
    }

    /** {@code text} in ASCII or UTF-8 bytes, as it is. */
    public static byte[] raw(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
