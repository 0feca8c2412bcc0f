package dev.mizan.ledger;

import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes entries in the journal's binary form into a buffer of its own, which it keeps from entry to entry.
 *
 * <p>A body is a type byte, a version byte and the fields in a fixed order: integers as variable-length groups of seven
 * bits (signed ones zigzag), strings as UTF-8 behind their length in bytes, constants by ordinal. The format evolves by
 * appending fields and raising the version: an older reader stops before them, a newer one knows by the version that
 * they are not there. Not safe for use by many threads.
 */
final class EntryEncoder {
    static final int TYPE_INTENT = 1;
    static final int TYPE_LINE = 2;
    static final int TYPE_RELEASE = 3;
    /** From here on, intents and lines end with {@link Target#via}. */
    static final int VERSION_WITH_VIA = 2;

    private static final int VERSION_OF_RELEASES = 1;

    private static final Unit[] UNITS = Unit.values();
    private static final int LONG_BYTES_MAX = 10;
    private static final int UTF8_BYTES_PER_CHAR_MAX = 3;

    private final int prefix;
    private byte[] bytes = new byte[4_096];
    private int end;

    /** @param prefix bytes left free at the beginning of the buffer */
    EntryEncoder(int prefix) {
        this.prefix = prefix;
    }

    /** Encodes {@code entry}, over the one before. */
    void encode(Entry entry) {
        end = prefix;
        switch (entry) {
            case Intent intent -> {
                head(TYPE_INTENT, VERSION_WITH_VIA);
                intent(intent);
            }
            case Line line -> {
                head(TYPE_LINE, VERSION_WITH_VIA);
                line(line);
            }
            case Release release -> {
                head(TYPE_RELEASE, VERSION_OF_RELEASES);
                string(release.attemptId());
                unsigned(release.timeMillis());
            }
        }
    }

    /** The buffer: the prefix, then the body. Valid until the next {@link #encode}. */
    byte[] bytes() {
        return bytes;
    }

    /** Where the body ends in {@link #bytes()}. */
    int end() {
        return end;
    }

    private void head(int type, int version) {
        ensure(2);
        bytes[end++] = (byte) type;
        bytes[end++] = (byte) version;
    }

    private void intent(Intent intent) {
        string(intent.attemptId());
        string(intent.requestId());
        string(intent.reservationId());
        unsigned(intent.timeMillis());
        signed(intent.admittedAtMillis() - intent.timeMillis());
        principal(intent.principal());
        call(intent.call());
        target(intent.target());
        usage(intent.bound());
        signed(intent.reservedProvider().nanos());
        signed(intent.reservedCharged().nanos());
        strings(intent.windows());
        strings(intent.target().via());
    }

    private void line(Line line) {
        string(line.id());
        unsigned(line.kind().ordinal());
        // A call line's request id is its id: most lines save 26 bytes.
        string(line.requestId().equals(line.id()) ? "" : line.requestId());
        string(line.attemptId());
        unsigned(line.timeMillis());
        signed(line.admittedAtMillis() - line.timeMillis());
        principal(line.principal());
        call(line.call());
        target(line.target());
        usage(line.usage());
        unsigned(line.usageSource().ordinal());
        cost(line.cost());
        outcome(line.outcome());
        string(line.cache());
        string(line.complexity());
        string(line.region());
        string(line.corrects());
        strings(line.target().via());
    }

    private void principal(Principal principal) {
        string(principal.tenant());
        string(principal.team());
        string(principal.user());
        string(principal.keyId());
        string(principal.endUser());
        string(principal.licence());
        string(principal.plan());
    }

    private void call(Call call) {
        string(call.endpoint());
        string(call.operation());
        string(call.documentType());
        string(call.chatId());
        string(call.messageId());
        strings(call.tags());
        string(call.requestedModel());
        string(call.alias());
        string(call.dialect());
        unsigned(call.streaming() ? 1 : 0);
    }

    private void target(Target target) {
        string(target.provider());
        string(target.deployment());
        string(target.upstreamModel());
    }

    private void usage(Usage usage) {
        long present = 0;
        for (int i = 0; i < UNITS.length; i++) {
            if (usage.get(UNITS[i]) != 0) {
                present |= 1L << i;
            }
        }
        unsigned(present);
        for (int i = 0; i < UNITS.length; i++) {
            if ((present & 1L << i) != 0) {
                unsigned(usage.get(UNITS[i]));
            }
        }
        unsigned(usage.tier().ordinal());
        Map<String, Long> toolUses = usage.toolUses();
        unsigned(toolUses.size());
        if (!toolUses.isEmpty()) {
            for (Map.Entry<String, Long> use : toolUses.entrySet()) {
                string(use.getKey());
                unsigned(use.getValue());
            }
        }
    }

    private void cost(Cost cost) {
        signed(cost.provider().nanos());
        signed(cost.charged().nanos());
        signed(cost.overrun().nanos());
        signed(cost.overage().nanos());
        signed(cost.saved().nanos());
        string(cost.unpricedReason());
        receipt(cost.receipt());
    }

    private void receipt(Receipt receipt) {
        string(receipt.cardId());
        string(receipt.tier());
        List<Component> components = receipt.components();
        unsigned(components.size());
        for (int i = 0; i < components.size(); i++) {
            Component component = components.get(i);
            string(component.name());
            unsigned(component.input() ? 1 : 0);
            unsigned(component.quantity());
            unsigned(component.nanoUsd());
            unsigned(component.per());
            signed(component.cost().nanos());
        }
    }

    private void outcome(Outcome outcome) {
        unsigned(outcome.status().ordinal());
        string(outcome.errorCode());
        unsigned(outcome.httpStatus());
        unsigned(outcome.durationMicros());
        signed(outcome.firstTokenMicros());
        unsigned(outcome.attempts());
    }

    private void strings(List<String> values) {
        unsigned(values.size());
        for (int i = 0; i < values.size(); i++) {
            string(values.get(i));
        }
    }

    private void string(String value) {
        int length = value.length();
        ensure(LONG_BYTES_MAX + length * UTF8_BYTES_PER_CHAR_MAX);
        byte[] to = bytes;
        int at = end;
        if (length < 0x80) {
            // One byte of length in front of a text that is nearly always ASCII: tried first, without allocating.
            int next = at + 1;
            for (int i = 0; i < length; i++) {
                char c = value.charAt(i);
                if (c >= 0x80) {
                    encoded(value);
                    return;
                }
                to[next + i] = (byte) c;
            }
            to[at] = (byte) length;
            end = next + length;
        } else {
            encoded(value);
        }
    }

    private void encoded(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        unsigned(utf8.length);
        ensure(utf8.length);
        System.arraycopy(utf8, 0, bytes, end, utf8.length);
        end += utf8.length;
    }

    private void signed(long value) {
        unsigned((value << 1) ^ (value >> 63));
    }

    private void unsigned(long value) {
        ensure(LONG_BYTES_MAX);
        long rest = value;
        int at = end;
        while ((rest & ~0x7FL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        end = at;
    }

    private void ensure(int more) {
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
        }
    }
}
