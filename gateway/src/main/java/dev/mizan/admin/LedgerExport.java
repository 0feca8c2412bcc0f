package dev.mizan.admin;

import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineFilter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** The whole ledger as text, with the fields that the management API shows to the master key. */
public final class LedgerExport {
    /** What it can be written as. */
    public static final List<String> FORMATS = List.of("json", "ndjson", "csv");

    private LedgerExport() {}

    /**
     * Gives the lines that fit {@code filter} to {@code out}, oldest first, piece by piece: any number needs no memory.
     *
     * @param format one of {@link #FORMATS}
     * @param byteOrderMark whether CSV begins with one, for Excel
     */
    public static void write(
            LedgerReader ledger, LineFilter filter, String format, boolean byteOrderMark, Consumer<String> out) {
        if (!FORMATS.contains(format)) {
            throw new IllegalArgumentException("format: '" + format + "' (expected: one of " + FORMATS + ")");
        }
        Caller caller = Caller.COST_READER;
        Answer.Streamed answer = Export.answer(
                format,
                "ledger",
                byteOrderMark,
                LineJson.of(SampleLine.LINE, caller),
                rows -> ledger.forEachLine(filter, line -> rows.accept(LineJson.of(line, caller))));
        answer.writer().write(bytes -> out.accept(new String(bytes, StandardCharsets.UTF_8)));
    }
}
