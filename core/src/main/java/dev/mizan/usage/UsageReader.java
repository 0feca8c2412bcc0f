package dev.mizan.usage;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a provider's usage out of its answer, or out of one event of its stream.
 *
 * <p>Reads only what is needed and skips the rest; never builds a tree. Never throws for what a body holds: malformed
 * JSON and impossible counts are reported by {@link UsageReading#problem}. Immutable and safe for use by many threads.
 */
public final class UsageReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MODEL_LENGTH_MAX = 256;
    private static final String ACTION = "action";

    private final Flavor flavor;

    private UsageReader(Flavor flavor) {
        this.flavor = flavor;
    }

    /**
     * The reader for a provider's flavour of API.
     *
     * @param provider the provider's id in the price catalogue, e.g. {@code openai}; one that is not known, or an empty
     *     one, gets what the flavour's name usually means
     * @param flavor the kind of API: {@code default} (the provider's own), {@code chat}, {@code completions},
     *     {@code responses}, {@code embeddings}, {@code anthropic}, {@code gemini}, {@code bedrock}, {@code ollama},
     *     and Cohere's {@code tokens}
     * @return empty if neither the provider nor any other has such a flavour
     */
    public static Optional<UsageReader> of(String provider, String flavor) {
        return Flavors.of(provider, flavor).map(UsageReader::new);
    }

    /** Reads a whole array. */
    public UsageReading read(byte[] json) {
        return read(json, 0, json.length);
    }

    /** Reads a body, or the JSON of one event of a stream, that may be cut off: what came before the cut counts. */
    public UsageReading read(byte[] json, int offset, int length) {
        Frame frame = new Frame();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json, offset, length)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                object(parser, flavor.top(), frame);
            } else {
                frame.problem = "body: no JSON object (expected: an object)";
            }
        } catch (JacksonException malformed) {
            // The message may quote the body, which must not reach a log.
            frame.problem = "body: malformed JSON (expected: an object)";
        }
        return new UsageReading(flavor, frame.model, frame.counts, frame.tier, frame.tierStated, frame.problem);
    }

    private static void object(JsonParser parser, Flavor.Node node, Frame frame) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            Flavor.Node child = node.children.get(name);
            JsonToken token = parser.nextToken();
            if (child == null) {
                parser.skipChildren();
            } else if (token == JsonToken.START_OBJECT) {
                if (child.role == Flavor.Role.COUNT) {
                    frame.wrong(name, "an object");
                }
                object(parser, child, frame);
            } else if (token == JsonToken.START_ARRAY) {
                array(parser, child, frame);
            } else {
                scalar(parser, token, name, child, frame);
            }
        }
    }

    private static void array(JsonParser parser, Flavor.Node node, Frame frame) {
        if (node.kindField.isEmpty()) {
            if (node.role == Flavor.Role.COUNT) {
                frame.wrong(parser.currentName(), "an array");
            }
            parser.skipChildren();
            return;
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.START_OBJECT) {
                element(parser, node, frame);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void element(JsonParser parser, Flavor.Node node, Frame frame) {
        String kind = "";
        String action = "";
        long amount = node.amountField.isEmpty() ? 1 : -1;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            if (name.equals(node.kindField) && token == JsonToken.VALUE_STRING) {
                kind = parser.getString();
            } else if (name.equals(node.amountField)) {
                amount = count(parser, token, name, frame);
            } else if (name.equals(ACTION) && token == JsonToken.START_OBJECT) {
                action = kind(parser, node.kindField);
            } else {
                parser.skipChildren();
            }
        }
        Count count = node.kinds.get(action.isEmpty() ? kind : kind + "/" + action);
        if (count != null && amount >= 0) {
            int i = count.ordinal();
            frame.counts[i] = Math.min(Count.MAX, Math.max(0, frame.counts[i]) + amount);
        }
    }

    private static String kind(JsonParser parser, String field) {
        String kind = "";
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            if (name.equals(field) && token == JsonToken.VALUE_STRING) {
                kind = parser.getString();
            } else {
                parser.skipChildren();
            }
        }
        return kind;
    }

    private static void scalar(JsonParser parser, JsonToken token, String name, Flavor.Node node, Frame frame) {
        switch (node.role) {
            case COUNT -> {
                long count = count(parser, token, name, frame);
                if (count >= 0) {
                    frame.counts[node.count.ordinal()] = count;
                }
            }
            case MODEL -> {
                if (token == JsonToken.VALUE_STRING) {
                    String model = parser.getString();
                    frame.model = model.length() <= MODEL_LENGTH_MAX ? model : "";
                }
            }
            case TIER -> {
                if (token == JsonToken.VALUE_STRING) {
                    frame.tier = tier(parser.getString());
                    frame.tierStated = true;
                }
            }
            case BRANCH -> {}
        }
    }

    /** The count at the parser's token; -1 if it is null or no count, the latter noted in {@code frame}. */
    private static long count(JsonParser parser, JsonToken token, String name, Frame frame) {
        switch (token) {
            case VALUE_NULL -> {
                return -1;
            }
            case VALUE_NUMBER_INT -> {
                // Anything longer is out of range, and is not worth parsing.
                if (parser.getStringLength() <= 19 && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                    long value = parser.getLongValue();
                    if (value >= 0 && value <= Count.MAX) {
                        return value;
                    }
                }
                frame.wrong(name, "out of range");
            }
            case VALUE_NUMBER_FLOAT -> {
                // Some servers write whole numbers with a decimal point.
                double value = parser.getDoubleValue();
                if (value >= 0 && value <= Count.MAX && value == Math.rint(value)) {
                    return (long) value;
                }
                frame.wrong(name, "not a whole number");
            }
            default -> {
                frame.wrong(name, "not a number");
                parser.skipChildren();
            }
        }
        return -1;
    }

    private static ServiceTier tier(String stated) {
        String name = stated.toLowerCase(Locale.ROOT);
        if (name.contains("flex")) {
            return ServiceTier.FLEX;
        }
        if (name.contains("priority")) {
            return ServiceTier.PRIORITY;
        }
        return name.contains("batch") ? ServiceTier.BATCH : ServiceTier.STANDARD;
    }

    @Override
    public String toString() {
        return "UsageReader[" + flavor + "]";
    }

    /** What has been read so far. */
    private static final class Frame {
        final long[] counts = new long[Count.LENGTH];
        String model = "";
        ServiceTier tier = ServiceTier.STANDARD;
        boolean tierStated;
        String problem = "";

        Frame() {
            Arrays.fill(counts, -1);
        }

        void wrong(String name, String found) {
            problem = name + ": " + found + " (expected: a whole number from 0 to 1000000000000)";
        }
    }
}
