package dev.mizan.cli;

import dev.mizan.admin.LedgerExport;
import dev.mizan.report.LineFilter;
import dev.mizan.store.Database;
import dev.mizan.store.JdbcLedgerReader;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mizan ledger export}: the lines, oldest first. Reads beside a running gateway. */
@Command(
        name = "export",
        description = "Write the lines of the ledger to standard output, oldest first.",
        mixinStandardHelpOptions = true)
final class LedgerExportCommand implements Callable<Integer> {
    @Mixin
    private final LedgerCommand.Books books = new LedgerCommand.Books();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "json, ndjson or csv (default: ${DEFAULT-VALUE}).",
            defaultValue = "ndjson")
    private String format = "ndjson";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "First time: a date in the configured time zone, or ISO 8601 with an offset.",
            defaultValue = "")
    private String from = "";

    @Option(names = "--to", paramLabel = "TIME", description = "End, not included: likewise.", defaultValue = "")
    private String to = "";

    @Option(names = "--bom", description = "Begin CSV with a byte order mark, for Excel.")
    private boolean byteOrderMark;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    @Override
    public Integer call() {
        ZoneId zone = books.timeZone();
        LineFilter filter = new LineFilter(
                from.isEmpty() ? 0 : millis("--from", from, zone),
                to.isEmpty() ? Long.MAX_VALUE : millis("--to", to, zone),
                Map.of(),
                "",
                "");
        PrintWriter out = books.out();
        try (Database database = books.open(Database.Access.READ)) {
            LedgerExport.write(
                    new JdbcLedgerReader(database), filter, json ? "json" : format, byteOrderMark, out::write);
        }
        out.flush();
        return out.checkError() ? ExitCode.FAILED : ExitCode.OK;
    }

    private static long millis(String option, String text, ZoneId zone) {
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant().toEpochMilli()
                    : LocalDate.parse(text).atStartOfDay(zone).toInstant().toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    option + ": '" + text + "' (expected: 2026-11-30 or " + Instant.EPOCH + ")", e);
        }
    }
}
