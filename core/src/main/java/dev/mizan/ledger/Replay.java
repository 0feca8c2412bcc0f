package dev.mizan.ledger;

import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.UsageSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a process left in its segments: which intents have no end, and where the records of each segment end.
 * Not safe for use by many threads.
 */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    /** Error code of the lines that stand in for ends that were never written. */
    private static final String ERROR_CODE = "unresolved";

    private final EntryDecoder decoder = new EntryDecoder();
    private final byte[] buffer = SegmentScan.newBuffer();
    private final Map<String, Intent> open = new LinkedHashMap<>();
    private final Map<String, Integer> openOfCall = new HashMap<>();

    /** Calls that have their line while another of their attempts has no end. */
    private final Set<String> answered = new HashSet<>();

    /** Reads {@code segment}; {@code lines} takes every line in it, in order. */
    void read(Segment segment, Consumer<Line> lines) {
        SegmentScan scan = new SegmentScan(segment, Segment.HEADER_BYTES, segment.capacity(), buffer);
        while (scan.next()) {
            entry(segment, scan, lines);
        }
        if (scan.skippedBytes() > 0) {
            LOG.error("journal: {} bytes before {} in {} can't be read", scan.skippedBytes(), scan.end(), segment);
        }
        if (scan.torn()) {
            LOG.warn("journal: torn record at {} in {} skipped", scan.end(), segment);
        }
        segment.endAt(scan.end());
    }

    /** The intents without an end, oldest first. */
    Collection<Intent> open() {
        return open.values();
    }

    /**
     * The lines that stand in for the missing ends: one {@code call} line per call, and an {@code attempt} line for
     * each further attempt of it. Made twice of the same segments they are the same, so that writing them twice books
     * them once.
     */
    List<Line> unresolved(String region) {
        Map<String, String> lastOfCall = new HashMap<>();
        for (Intent intent : open.values()) {
            lastOfCall.put(intent.requestId(), intent.attemptId());
        }
        List<Line> lines = new ArrayList<>(open.size());
        for (Intent intent : open.values()) {
            boolean call = intent.attemptId().equals(lastOfCall.get(intent.requestId()))
                    && !answered.contains(intent.requestId());
            lines.add(unresolved(intent, call, region));
        }
        return lines;
    }

    private void entry(Segment segment, SegmentScan scan, Consumer<Line> lines) {
        Entry entry;
        try {
            entry = decoder.decode(scan.buffer(), Segment.SALT_BYTES, scan.bufferEnd());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            LOG.error("journal: record at {} in {} passed over: {}", scan.at(), segment, e.getMessage());
            return;
        }
        switch (entry) {
            case Intent intent -> {
                if (open.put(intent.attemptId(), intent) == null) {
                    openOfCall.merge(intent.requestId(), 1, Integer::sum);
                }
            }
            case Release release -> end(release.attemptId());
            case Line line -> {
                end(line.attemptId());
                if (line.kind() == Line.Kind.CALL && openOfCall.containsKey(line.requestId())) {
                    answered.add(line.requestId());
                }
                segment.countLine();
                lines.accept(line);
            }
        }
    }

    private void end(String attemptId) {
        Intent ended = open.remove(attemptId);
        if (ended != null) {
            openOfCall.computeIfPresent(ended.requestId(), (id, count) -> count == 1 ? null : count - 1);
        }
    }

    private static Line unresolved(Intent intent, boolean call, String region) {
        NanoUsd reserved = intent.reservedProvider();
        Receipt receipt = reserved.isZero()
                ? Receipt.NONE
                : new Receipt(
                        "", "reserved", List.of(new Component("reserved", 1, reserved.nanos(), 1, false, reserved)));
        return new Line(
                call ? intent.requestId() : intent.attemptId(),
                call ? Line.Kind.CALL : Line.Kind.ATTEMPT,
                intent.requestId(),
                intent.attemptId(),
                // When it ended nobody knows; when it was sent is the same in every replay.
                intent.timeMillis(),
                intent.admittedAtMillis(),
                intent.principal(),
                intent.call(),
                intent.target(),
                intent.bound(),
                UsageSource.ASSUMED,
                new Cost(
                        reserved,
                        call ? intent.reservedCharged() : NanoUsd.ZERO,
                        receipt,
                        NanoUsd.ZERO,
                        NanoUsd.ZERO,
                        NanoUsd.ZERO,
                        ""),
                new Outcome(Outcome.Status.UNRESOLVED, ERROR_CODE, 0, 0, -1, 1),
                "miss",
                "",
                region,
                "");
    }
}
