package dev.mizan.usagelog;

import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * A ledger line as the usage log writes it. The cost is what the caller is charged, with five decimals, half-even: the
 * ledger keeps the exact amount.
 */
final class LogLine {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build())
            .build();
    private static final int COST_PLACES = 5;
    private static final int ID_END = 8;
    private static final long MILLIS = 1_000;

    private LogLine() {}

    /** The line and its line feed, in UTF-8. */
    static byte[] bytes(Line line, Holder holder, UsageLogSettings.Format format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("id", id(line));
            switch (format) {
                case COMPACT -> compact(json, line);
                case FULL -> full(json, line, holder);
            }
            json.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }

    private static void compact(JsonGenerator json, Line line) {
        json.writeStringProperty("ts", time(line));
        json.writeStringProperty("op", operation(line));
        json.writeNumberProperty("in", line.usage().inputTokens());
        json.writeNumberProperty("out", line.usage().outputTokens());
        json.writeNumberProperty("cost", cost(line));
        json.writeStringProperty("doc", line.call().documentType());
        json.writeBooleanProperty("ok", line.outcome().status() == Outcome.Status.OK);
    }

    private static void full(JsonGenerator json, Line line, Holder holder) {
        json.writeStringProperty("license_id", holder.name());
        json.writeStringProperty("timestamp", time(line));
        json.writeStringProperty("operation", line.call().operation());
        json.writeObjectPropertyStart("tokens");
        json.writeNumberProperty("input", line.usage().inputTokens());
        json.writeNumberProperty("output", line.usage().outputTokens());
        json.writeNumberProperty("total", line.usage().totalTokens());
        json.writeEndObject();
        json.writeNumberProperty("cost_usd", cost(line));
        json.writeStringProperty("document_type", line.call().documentType());
        json.writeBooleanProperty("success", line.outcome().status() == Outcome.Status.OK);
    }

    private static String id(Line line) {
        String id = line.id();
        String end = id.substring(Math.max(0, id.length() - ID_END)).toLowerCase(Locale.ROOT);
        return "log_" + Math.floorDiv(line.timeMillis(), MILLIS) + "_" + end;
    }

    private static String time(Line line) {
        return Instant.ofEpochMilli(line.timeMillis())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    private static String operation(Line line) {
        String operation = line.call().operation();
        return operation.equals("document_analysis") ? "analyze" : operation;
    }

    private static BigDecimal cost(Line line) {
        return line.cost().charged().usd().setScale(COST_PLACES, RoundingMode.HALF_EVEN);
    }
}
