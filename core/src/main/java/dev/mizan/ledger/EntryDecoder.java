package dev.mizan.ledger;

import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads entries in the form that {@link EntryEncoder} writes.
 *
 * <p>Bytes that are not such a form make an {@link IndexOutOfBoundsException} or an {@link IllegalArgumentException};
 * the journal decodes only what passed its checksum. Not safe for use by many threads.
 */
final class EntryDecoder {
    private static final Unit[] UNITS = Unit.values();
    private static final Line.Kind[] KINDS = Line.Kind.values();
    private static final UsageSource[] SOURCES = UsageSource.values();
    private static final ServiceTier[] TIERS = ServiceTier.values();
    private static final Outcome.Status[] STATUSES = Outcome.Status.values();
    private static final int ELEMENTS_MAX = 1 << 20;

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private int version;

    /** The type of the body at {@code from}: one of {@link EntryEncoder}'s, or one that a later release added. */
    static int type(byte[] bytes, int from) {
        return bytes[from];
    }

    /** The entry whose body is {@code bytes[from, to)}. */
    Entry decode(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from + 2;
        this.end = to;
        this.version = bytes[from + 1];
        int type = type(bytes, from);
        return switch (type) {
            case EntryEncoder.TYPE_INTENT -> intent();
            case EntryEncoder.TYPE_LINE -> line();
            case EntryEncoder.TYPE_RELEASE -> new Release(string(), unsigned());
            default -> throw new IllegalArgumentException("entry type: " + type + " (expected: 1 to 3)");
        };
    }

    private Intent intent() {
        String attemptId = string();
        String requestId = string();
        String reservationId = string();
        long timeMillis = unsigned();
        long admittedAtMillis = timeMillis + signed();
        Principal principal = principal();
        Call call = call();
        Target target = target();
        Usage bound = usage();
        NanoUsd reservedProvider = money();
        NanoUsd reservedCharged = money();
        List<String> windows = strings();
        return new Intent(
                attemptId,
                requestId,
                reservationId,
                timeMillis,
                admittedAtMillis,
                principal,
                call,
                via(target),
                bound,
                reservedProvider,
                reservedCharged,
                windows);
    }

    private Line line() {
        String id = string();
        Line.Kind kind = constant(KINDS);
        String requestId = string();
        String attemptId = string();
        long timeMillis = unsigned();
        long admittedAtMillis = timeMillis + signed();
        Principal principal = principal();
        Call call = call();
        Target target = target();
        Usage usage = usage();
        UsageSource source = constant(SOURCES);
        Cost cost = cost();
        Outcome outcome = outcome();
        String cache = string();
        String complexity = string();
        String region = string();
        String corrects = string();
        return new Line(
                id,
                kind,
                requestId.isEmpty() ? id : requestId,
                attemptId,
                timeMillis,
                admittedAtMillis,
                principal,
                call,
                via(target),
                usage,
                source,
                cost,
                outcome,
                cache,
                complexity,
                region,
                corrects);
    }

    private Principal principal() {
        return new Principal(string(), string(), string(), string(), string(), string(), string());
    }

    private Call call() {
        return new Call(
                string(),
                string(),
                string(),
                string(),
                string(),
                strings(),
                string(),
                string(),
                string(),
                unsigned() != 0);
    }

    private Target target() {
        return new Target(string(), string(), string());
    }

    /** {@code target} with what stands at the end of an entry. */
    private Target via(Target target) {
        List<String> via = version >= EntryEncoder.VERSION_WITH_VIA ? strings() : List.of();
        return via.isEmpty() ? target : new Target(target.provider(), target.deployment(), target.upstreamModel(), via);
    }

    private Usage usage() {
        Usage.Builder builder = Usage.builder();
        long present = unsigned();
        for (long rest = present; rest != 0; rest &= rest - 1) {
            int unit = Long.numberOfTrailingZeros(rest);
            long count = unsigned();
            if (unit >= UNITS.length) {
                throw new IllegalArgumentException("unit: " + unit + " (expected: below " + UNITS.length + ")");
            }
            builder.set(UNITS[unit], count);
        }
        builder.tier(constant(TIERS));
        int tools = elements();
        for (int i = 0; i < tools; i++) {
            builder.tool(string(), unsigned());
        }
        return builder.build();
    }

    private Cost cost() {
        NanoUsd provider = money();
        NanoUsd charged = money();
        NanoUsd overrun = money();
        NanoUsd overage = money();
        NanoUsd saved = money();
        String unpricedReason = string();
        return new Cost(provider, charged, receipt(), overrun, overage, saved, unpricedReason);
    }

    private Receipt receipt() {
        String cardId = string();
        String tier = string();
        int size = elements();
        if (size == 0) {
            return cardId.isEmpty() && tier.isEmpty() ? Receipt.NONE : new Receipt(cardId, tier, List.of());
        }
        Component[] components = new Component[size];
        for (int i = 0; i < size; i++) {
            String name = string();
            boolean input = unsigned() != 0;
            components[i] = new Component(name, unsigned(), unsigned(), unsigned(), input, money());
        }
        return new Receipt(cardId, tier, List.of(components));
    }

    private Outcome outcome() {
        return new Outcome(constant(STATUSES), string(), (int) unsigned(), unsigned(), signed(), (int) unsigned());
    }

    private List<String> strings() {
        int size = elements();
        if (size == 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(Math.min(size, 64));
        for (int i = 0; i < size; i++) {
            values.add(string());
        }
        return values;
    }

    private NanoUsd money() {
        return NanoUsd.ofNanos(signed());
    }

    private <E> E constant(E[] constants) {
        long ordinal = unsigned();
        if (ordinal < 0 || ordinal >= constants.length) {
            throw new IllegalArgumentException(
                    "constant: " + ordinal + " (expected: below " + constants.length + "; a later release wrote it)");
        }
        return constants[(int) ordinal];
    }

    private int elements() {
        long size = unsigned();
        if (size < 0 || size > ELEMENTS_MAX) {
            throw new IllegalArgumentException("elements: " + size + " (expected: 0 to " + ELEMENTS_MAX + ")");
        }
        return (int) size;
    }

    private String string() {
        long length = unsigned();
        if (length < 0 || length > end - at) {
            throw new IndexOutOfBoundsException("string of " + length + " bytes (available: " + (end - at) + ")");
        }
        if (length == 0) {
            return "";
        }
        String value = new String(bytes, at, (int) length, StandardCharsets.UTF_8);
        at += (int) length;
        return value;
    }

    private long signed() {
        long value = unsigned();
        return (value >>> 1) ^ -(value & 1);
    }

    private long unsigned() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at >= end) {
                throw new IndexOutOfBoundsException("at " + at + " (expected: below " + end + ")");
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("integer longer than 64 bits");
    }
}
