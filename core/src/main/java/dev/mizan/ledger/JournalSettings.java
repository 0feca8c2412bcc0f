package dev.mizan.ledger;

import java.time.Duration;

/**
 * How the journal is kept ({@code journal.*} in the configuration).
 *
 * @param fsync when what was appended is flushed to the disk; default {@link Fsync#INTERVAL}
 * @param flushInterval how long an entry may wait for its flush under {@link Fsync#INTERVAL}, 1 ms to 10 s;
 *     default 100 ms
 * @param segmentBytes size of a segment file, 64 KiB to 1 GiB; default 16 MiB
 * @param totalBytesMax the most that all segments together may take before the journal refuses further calls, at
 *     least four segments; default 4 GiB
 * @param instance name of the folder that this process owns; empty (the default) for any free one
 * @param region written into the lines that a replay makes; empty if not configured
 */
public record JournalSettings(
        Fsync fsync, Duration flushInterval, int segmentBytes, long totalBytesMax, String instance, String region) {
    /** Flush every 100 ms, 16 MiB segments, 4 GiB in all, any free folder, no region. */
    public static final JournalSettings DEFAULT =
            new JournalSettings(Fsync.INTERVAL, Duration.ofMillis(100), 16 << 20, 4L << 30, "", "");

    private static final int SEGMENT_BYTES_MIN = 64 << 10;
    private static final int SEGMENT_BYTES_MAX = 1 << 30;
    private static final int SEGMENTS_MIN = 4;

    /** When appended entries are flushed to the disk. A killed process loses nothing under any of them. */
    public enum Fsync {
        /** Every {@code flushInterval}: a power failure loses what is younger than that. */
        INTERVAL,
        /** Before each answer's last byte, many at once: a power failure loses nothing. */
        EACH,
        /** When the operating system likes to. */
        NEVER
    }

    public JournalSettings {
        if (flushInterval.toMillis() < 1 || flushInterval.toMillis() > 10_000) {
            throw new IllegalArgumentException(
                    "journal flush interval: " + flushInterval.toMillis() + " ms (expected: 1 ms to 10 s)");
        }
        if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes > SEGMENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "journal segment_bytes: " + segmentBytes + " (expected: 64 KiB to 1 GiB)");
        }
        if (totalBytesMax < (long) SEGMENTS_MIN * segmentBytes) {
            throw new IllegalArgumentException(
                    "journal max_bytes: " + totalBytesMax + " (expected: at least 4 segments of " + segmentBytes + ")");
        }
        if (!instance.isEmpty() && !instance.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,63}")) {
            throw new IllegalArgumentException(
                    "journal instance: '" + instance + "' (expected: 1 to 64 letters, digits, - and _)");
        }
    }

    /**
     * These settings with the configuration's {@code journal.fsync}: {@code each}, {@code never} or a duration such as
     * {@code 100ms} or {@code 1s}.
     *
     * @throws IllegalArgumentException if {@code text} is none of them
     */
    public JournalSettings withFsync(String text) {
        return switch (text) {
            case "each" ->
                new JournalSettings(Fsync.EACH, flushInterval, segmentBytes, totalBytesMax, instance, region);
            case "never" ->
                new JournalSettings(Fsync.NEVER, flushInterval, segmentBytes, totalBytesMax, instance, region);
            default ->
                new JournalSettings(Fsync.INTERVAL, interval(text), segmentBytes, totalBytesMax, instance, region);
        };
    }

    /** These settings with another {@link #instance()}. */
    public JournalSettings withInstance(String instance) {
        return new JournalSettings(fsync, flushInterval, segmentBytes, totalBytesMax, instance, region);
    }

    /** These settings with another {@link #region()}. */
    public JournalSettings withRegion(String region) {
        return new JournalSettings(fsync, flushInterval, segmentBytes, totalBytesMax, instance, region);
    }

    private static Duration interval(String text) {
        boolean millis = text.matches("[0-9]{1,6}ms");
        if (!millis && !text.matches("[0-9]{1,3}s")) {
            throw new IllegalArgumentException(
                    "journal fsync: '" + text + "' (expected: each, never, or a duration like 100ms)");
        }
        long amount = Long.parseLong(text.substring(0, text.length() - (millis ? 2 : 1)));
        return millis ? Duration.ofMillis(amount) : Duration.ofSeconds(amount);
    }
}
