package dev.mizan.usage;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How one kind of body states usage: where its counts are, which of them it must have, and which lie inside which.
 * Immutable once built.
 */
final class Flavor {
    private final String name;
    private final Node top;
    private final Set<Count> required;
    private final boolean cacheOutside;
    private final boolean reasoningOutside;

    private Flavor(Builder builder) {
        this.name = builder.name;
        this.top = builder.top;
        this.required = builder.required.clone();
        this.cacheOutside = builder.cacheOutside;
        this.reasoningOutside = builder.reasoningOutside;
    }

    static Builder named(String name) {
        return new Builder(name);
    }

    Node top() {
        return top;
    }

    UsageReading.State state(long[] counts) {
        boolean any = false;
        for (long count : counts) {
            any |= count >= 0;
        }
        if (!any) {
            return UsageReading.State.ABSENT;
        }
        for (Count count : required) {
            if (counts[count.ordinal()] < 0) {
                return UsageReading.State.PARTIAL;
            }
        }
        return UsageReading.State.COMPLETE;
    }

    /**
     * Splits stated counts into units that do not overlap. A part that a provider states as larger than its whole is
     * cut to the whole, so that the total stays what was stated and nothing becomes negative.
     */
    Usage usage(long[] counts, ServiceTier tier) {
        Usage.Builder usage = Usage.builder().tier(tier);
        splitInput(counts, usage);
        splitOutput(counts, usage);
        usage.tool("web_search", value(counts, Count.WEB_SEARCH));
        usage.tool("file_search", value(counts, Count.FILE_SEARCH));
        return usage.build();
    }

    private void splitInput(long[] counts, Usage.Builder usage) {
        long read = value(counts, Count.CACHE_READ);
        long writeLong = value(counts, Count.CACHE_WRITE_1H);
        long write = Math.max(value(counts, Count.CACHE_WRITE), value(counts, Count.CACHE_WRITE_5M) + writeLong);
        long left = value(counts, Count.INPUT) + value(counts, Count.TOOL_INPUT);
        if (cacheOutside) {
            left += read + write;
        }
        read = Math.min(read, left);
        left -= read;
        write = Math.min(write, left);
        left -= write;
        writeLong = Math.min(writeLong, write);
        usage.set(Unit.CACHE_WRITE_1H, writeLong).set(Unit.CACHE_WRITE_5M, write - writeLong);

        long cacheAudio = Math.min(value(counts, Count.CACHE_AUDIO), read);
        long cacheImage = Math.min(value(counts, Count.CACHE_IMAGE), read - cacheAudio);
        long cacheVideo = Math.min(value(counts, Count.CACHE_VIDEO), read - cacheAudio - cacheImage);
        usage.set(Unit.CACHE_AUDIO_READ, cacheAudio)
                .set(Unit.CACHE_IMAGE_READ, cacheImage)
                .set(Unit.CACHE_VIDEO_READ, cacheVideo)
                .set(Unit.CACHE_READ, read - cacheAudio - cacheImage - cacheVideo);

        long audio = part(value(counts, Count.INPUT_AUDIO) - cacheAudio, left);
        left -= audio;
        long image = part(value(counts, Count.INPUT_IMAGE) - cacheImage, left);
        left -= image;
        long video = part(value(counts, Count.INPUT_VIDEO) - cacheVideo, left);
        left -= video;
        usage.set(Unit.INPUT_AUDIO, audio)
                .set(Unit.INPUT_IMAGE, image)
                .set(Unit.INPUT_VIDEO, video)
                .set(Unit.INPUT, left);
    }

    private void splitOutput(long[] counts, Usage.Builder usage) {
        long reasoning = value(counts, Count.REASONING);
        long left = value(counts, Count.OUTPUT) + (reasoningOutside ? reasoning : 0);
        reasoning = Math.min(reasoning, left);
        left -= reasoning;
        long audio = Math.min(value(counts, Count.OUTPUT_AUDIO), left);
        left -= audio;
        long image = Math.min(value(counts, Count.OUTPUT_IMAGE), left);
        left -= image;
        usage.set(Unit.REASONING, reasoning)
                .set(Unit.OUTPUT_AUDIO, audio)
                .set(Unit.OUTPUT_IMAGE, image)
                .set(Unit.OUTPUT, left);
    }

    private static long value(long[] counts, Count count) {
        return Math.max(0, counts[count.ordinal()]);
    }

    private static long part(long stated, long whole) {
        return Math.clamp(stated, 0, whole);
    }

    @Override
    public String toString() {
        return name;
    }

    /** What stands at a place in a body. */
    enum Role {
        /** An object or array that is only passed through. */
        BRANCH,
        COUNT,
        MODEL,
        TIER
    }

    /** A place in a body, and the places below it. Changed only while a flavour is built. */
    static final class Node {
        final Map<String, Node> children = new HashMap<>();
        Role role = Role.BRANCH;
        Count count = Count.INPUT;
        /** In an array: the field that says what an element counts; empty if this is no such array. */
        String kindField = "";
        /** In an array: the field that holds an element's count; empty if each element counts one. */
        String amountField = "";
        /** In an array: what an element counts, by the value of {@link #kindField}. */
        Map<String, Count> kinds = Map.of();
    }

    /** Collects the places of a flavour. Paths are dotted and start at the usage object. */
    static final class Builder {
        private final String name;
        private final Node top = new Node();
        private final EnumSet<Count> required = EnumSet.noneOf(Count.class);
        private List<String> roots = List.of("usage.");
        private List<String> wrappers = List.of("");
        private boolean cacheOutside;
        private boolean reasoningOutside;

        private Builder(String name) {
            this.name = name;
        }

        /** Where the usage object is, e.g. {@code usage}; empty for the body itself. Before any count. */
        Builder root(String path) {
            roots = List.of(path.isEmpty() ? "" : path + ".");
            return this;
        }

        /** Objects that a stream's events may wrap around the body, e.g. {@code response}. Before any place. */
        Builder wrappedIn(String... names) {
            wrappers = new ArrayList<>(List.of(""));
            for (String wrapper : names) {
                wrappers.add(wrapper + ".");
            }
            return this;
        }

        /** The model's name, from the body's top. */
        Builder model(String path) {
            for (String wrapper : wrappers) {
                node(wrapper + path).role = Role.MODEL;
            }
            return this;
        }

        /** The service tier, from the body's top. */
        Builder tier(String path) {
            for (String wrapper : wrappers) {
                node(wrapper + path).role = Role.TIER;
            }
            return this;
        }

        Builder required(Count count, String path) {
            required.add(count);
            return optional(count, path);
        }

        Builder optional(Count count, String path) {
            for (String wrapper : wrappers) {
                for (String root : roots) {
                    Node node = node(wrapper + root + path);
                    node.role = Role.COUNT;
                    node.count = count;
                }
            }
            return this;
        }

        /** An array of objects that each hold an amount and say what it counts; elements of one kind add up. */
        Builder array(String path, String kindField, String amountField, Map<String, Count> kinds) {
            for (String wrapper : wrappers) {
                for (String root : roots) {
                    Node node = node(wrapper + root + path);
                    node.kindField = kindField;
                    node.amountField = amountField;
                    node.kinds = kinds;
                }
            }
            return this;
        }

        /**
         * An array, from the body's top, each of whose elements counts one by its kind; of an element that has an
         * {@code action}, the kind has a slash and the action's kind behind it.
         */
        Builder elements(String path, String kindField, Map<String, Count> kinds) {
            for (String wrapper : wrappers) {
                Node node = node(wrapper + path);
                node.kindField = kindField;
                node.kinds = kinds;
            }
            return this;
        }

        /** Cached tokens are stated beside the input, not inside it. */
        Builder cacheOutside() {
            cacheOutside = true;
            return this;
        }

        /** Reasoning tokens are stated beside the output, not inside it. */
        Builder reasoningOutside() {
            reasoningOutside = true;
            return this;
        }

        Flavor build() {
            return new Flavor(this);
        }

        private Node node(String path) {
            Node node = top;
            for (String part : path.split("\\.", -1)) {
                node = node.children.computeIfAbsent(part, key -> new Node());
            }
            return node;
        }
    }
}
