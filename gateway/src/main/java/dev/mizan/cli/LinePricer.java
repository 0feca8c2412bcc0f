package dev.mizan.cli;

import dev.mizan.price.ModelPrices;
import dev.mizan.price.PriceCatalog;
import dev.mizan.price.PricedReading;
import dev.mizan.usage.UsageReader;
import dev.mizan.usage.UsageReading;
import dev.mizan.wire.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Prices JSON lines of provider, flavour and body. Not safe for use by many threads. */
final class LinePricer {
    /** A longer line is passed over. */
    private static final int LINE_BYTES_MAX = 64 << 20;

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] NEWLINE = {'\n'};

    /** Lookups that are kept; a file with more models than that starts over. */
    private static final int LOOKUPS_MAX = 10_000;

    private final PriceCatalog catalog;
    private final Clock clock;
    private final Map<String, Optional<ModelPrices>> models = new HashMap<>();
    private final Map<String, Optional<UsageReader>> readers = new HashMap<>();

    /** The time parsed last: lines often share one. */
    private String lastAt = "";

    private long lastAtMillis;

    LinePricer(PriceCatalog catalog, Clock clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /** Prices each line of {@code in} to a line of {@code out}; how many could not be read. */
    long run(InputStream in, OutputStream out) throws IOException {
        LineReader lines = new LineReader(in, LINE_BYTES_MAX);
        BufferedLines buffered = new BufferedLines(out);
        long number = 0;
        long bad = 0;
        while (lines.next()) {
            number++;
            if (lines.isBlank()) {
                continue;
            }
            try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), buffered)) {
                String wrong = lines.isTooLong()
                        ? "too long (expected: at most " + LINE_BYTES_MAX + " bytes)"
                        : price(lines, json);
                if (!wrong.isEmpty()) {
                    bad++;
                    json.writeStartObject();
                    json.writeStringProperty("error", "line " + number + ": " + wrong);
                    json.writeEndObject();
                }
            }
            buffered.write(NEWLINE, 0, 1);
            if (lines.isDrained()) {
                buffered.flushAll();
            }
        }
        buffered.flushAll();
        return bad;
    }

    /** What a line asks for. */
    private static final class Request {
        String provider = "";
        String flavor = "default";
        String model = "";
        String at = "";
        int bodyOffset = -1;
        int bodyLength;
    }

    /** Writes what a line costs; or writes nothing and says what is wrong with it. */
    private String price(LineReader line, JsonGenerator json) {
        Request request = new Request();
        String wrong = read(line, request);
        if (!wrong.isEmpty()) {
            return wrong;
        }
        Optional<UsageReader> reader = readers.computeIfAbsent(
                request.provider + "/" + request.flavor, key -> UsageReader.of(request.provider, request.flavor));
        if (reader.isEmpty()) {
            return "flavor: '" + request.flavor + "' (expected: a flavor of " + request.provider + ")";
        }
        if (!request.at.isEmpty() && !request.at.equals(lastAt)) {
            try {
                lastAtMillis = OffsetDateTime.parse(request.at).toInstant().toEpochMilli();
                lastAt = request.at;
            } catch (DateTimeException e) {
                return "at: '" + request.at + "' (expected: e.g. 2025-11-06T12:00:00Z)";
            }
        }
        long atMillis = request.at.isEmpty() ? clock.millis() : lastAtMillis;
        UsageReading reading = reader.get().read(line.bytes(), request.bodyOffset, request.bodyLength);
        PricedReading.of(reading, request.provider, request.model, model -> prices(request.provider, model), atMillis)
                .write(json);
        return "";
    }

    private Optional<ModelPrices> prices(String provider, String model) {
        if (models.size() >= LOOKUPS_MAX) {
            models.clear();
        }
        return models.computeIfAbsent(provider + "\n" + model, key -> catalog.model(provider, model));
    }

    private static String read(LineReader line, Request request) {
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), line.bytes(), line.offset(), line.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return "no JSON object (expected: {\"provider\", \"flavor\", \"body\"})";
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                if (name.equals("body") && token == JsonToken.START_OBJECT) {
                    int start = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    request.bodyOffset = line.offset() + start;
                    request.bodyLength = (int) parser.currentLocation().getByteOffset() - start;
                } else if (token == JsonToken.VALUE_STRING) {
                    string(request, name, parser.getString());
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                return "text after the JSON object (expected: one object per line)";
            }
        } catch (JacksonException malformed) {
            return "malformed JSON (expected: {\"provider\", \"flavor\", \"body\"})";
        }
        if (request.provider.isEmpty()) {
            return "provider: none (expected: a provider's id, e.g. openai)";
        }
        return request.bodyOffset < 0 ? "body: none (expected: an object)" : "";
    }

    private static void string(Request request, String name, String value) {
        switch (name) {
            case "provider" -> request.provider = value;
            case "flavor" -> request.flavor = value;
            case "model" -> request.model = value;
            case "at" -> request.at = value;
            default -> {}
        }
    }
}
