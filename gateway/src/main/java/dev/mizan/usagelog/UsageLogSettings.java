package dev.mizan.usagelog;

import java.nio.file.Path;

/**
 * The usage log ({@code usage_log}); from start to stop.
 *
 * @param directory what its months are in
 * @param format how a line is written; default compact
 */
public record UsageLogSettings(Path directory, Format format) {
    /** How a line is written. */
    public enum Format {
        /** {@code {"id","ts","op","in","out","cost","doc","ok"}}. */
        COMPACT,
        /** {@code {"id","license_id","timestamp","operation","tokens","cost_usd","document_type","success"}}. */
        FULL
    }
}
