package dev.mizan.admin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Long answers in the format that is asked for, row by row, so that their length needs no memory. */
final class Export {
    /** The formats; the first is what is served if none is asked for. */
    private static final List<String> FORMATS = List.of("", "json", "ndjson", "csv");

    private static final byte[] NEWLINE = {'\n'};
    private static final byte[] COMMA = {','};

    private Export() {}

    /** Something that has rows. */
    interface Rows {
        /** Gives each row to {@code row}. */
        void forEach(Consumer<ObjectNode> row);
    }

    /** The format asked for by {@code ?format=} or the header {@code Accept}; empty for an ordinary answer. */
    static String format(Exchange exchange) {
        if (exchange.query().has("format")) {
            String format = exchange.query().text("format");
            if (format.isEmpty() || !FORMATS.contains(format)) {
                throw Problem.value("format", format, "json, ndjson or csv");
            }
            return format;
        }
        String accepted = exchange.header("accept");
        if (accepted.contains("text/csv")) {
            return "csv";
        }
        return accepted.contains("application/x-ndjson") ? "ndjson" : "";
    }

    /**
     * All rows.
     *
     * @param format {@code json}, {@code ndjson} or {@code csv}
     * @param name of the file, without its ending
     * @param sample a row that has all fields: the columns of a table without rows
     */
    static Answer.Streamed answer(String format, String name, boolean byteOrderMark, ObjectNode sample, Rows rows) {
        return switch (format) {
            case "csv" -> new Answer.Streamed(Csv.TYPE, name + ".csv", sink -> csv(sink, byteOrderMark, sample, rows));
            case "ndjson" -> new Answer.Streamed("application/x-ndjson", name + ".ndjson", sink -> lines(sink, rows));
            default -> new Answer.Streamed(Answer.JSON, name + ".json", sink -> json(sink, rows));
        };
    }

    private static void csv(Answer.Sink sink, boolean byteOrderMark, ObjectNode sample, Rows rows) {
        Csv csv = new Csv(sink, byteOrderMark);
        csv.header(sample);
        rows.forEach(csv::write);
    }

    private static void lines(Answer.Sink sink, Rows rows) {
        rows.forEach(row -> {
            sink.write(Json.bytes(row));
            sink.write(NEWLINE);
        });
    }

    private static void json(Answer.Sink sink, Rows rows) {
        boolean[] first = {true};
        sink.write("{\"data\":[".getBytes(StandardCharsets.UTF_8));
        rows.forEach(row -> {
            if (!first[0]) {
                sink.write(COMMA);
            }
            first[0] = false;
            sink.write(Json.bytes(row));
        });
        sink.write("]}".getBytes(StandardCharsets.UTF_8));
    }
}
