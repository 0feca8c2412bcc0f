package dev.mizan.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON objects as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it
 * (<a href="https://owasp.org/www-community/attacks/CSV_Injection">CSV injection</a>); numbers, also those that are
 * decimal strings, stay as they are. Not safe for use by many threads.
 */
final class Csv {
    static final String TYPE = "text/csv; charset=utf-8";

    /** Tells Excel that what follows is UTF-8. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final String FORMULA_BEGINS = "=+-@\t\r\n";

    private final Answer.Sink sink;
    private final List<String> columns = new ArrayList<>();

    Csv(Answer.Sink sink, boolean byteOrderMark) {
        this.sink = sink;
        if (byteOrderMark) {
            sink.write(BYTE_ORDER_MARK.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Writes {@code row}; the first row's fields are the columns of all. */
    void write(ObjectNode row) {
        if (columns.isEmpty()) {
            header(row);
        }
        List<String> cells = new ArrayList<>(columns.size());
        for (String column : columns) {
            cells.add(cell(row.path(column)));
        }
        print(cells);
    }

    /** Writes the columns of {@code row} and not the row: for a table that has none. */
    void header(ObjectNode row) {
        columns.addAll(row.propertyNames());
        print(columns);
    }

    private void print(List<String> cells) {
        StringBuilder out = new StringBuilder();
        try {
            CSVFormat.RFC4180.printRecord(out, cells.toArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sink.write(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (value.isArray()) {
            List<String> texts = new ArrayList<>();
            value.forEach(element -> texts.add(element.asString("")));
            return safe(String.join(",", texts));
        }
        if (value.isObject()) {
            return safe(pairs(value));
        }
        return value.isString() ? safe(value.stringValue()) : value.toString();
    }

    /** {@code input=1200;output=300}. */
    private static String pairs(JsonNode object) {
        StringBuilder out = new StringBuilder();
        Iterator<Map.Entry<String, JsonNode>> entries = object.properties().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, JsonNode> entry = entries.next();
            out.append(entry.getKey()).append('=').append(entry.getValue().asString());
            if (entries.hasNext()) {
                out.append(';');
            }
        }
        return out.toString();
    }

    private static String safe(String text) {
        boolean formula = !text.isEmpty() && FORMULA_BEGINS.indexOf(text.charAt(0)) >= 0;
        return formula && !text.matches("-\\d+(\\.\\d+)?") ? "'" + text : text;
    }
}
