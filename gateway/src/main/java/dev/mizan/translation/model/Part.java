package dev.mizan.translation.model;

import java.util.List;

/** A part of a message or an answer. */
public sealed interface Part {
    record Text(String text) implements Part {}

    /** What a model says instead of an answer that it will not give. */
    record Declined(String text) implements Part {}

    /**
     * A picture.
     *
     * @param detail how closely to look: {@code low}, {@code high}; empty for the provider's choice
     */
    record Image(Media media, String detail, Place place) implements Part {}

    /**
     * A document, e.g. a PDF.
     *
     * @param name its file's name or title; empty if none
     */
    record Document(Media media, String name, Place place) implements Part {}

    record Audio(Media.Inline media, Place place) implements Part {}

    /**
     * What a model thought.
     *
     * @param signature by which its provider knows it again; empty if none
     */
    record Thinking(String text, String signature) implements Part {}

    /** What a model thought and only its provider can read. */
    record HiddenThinking(String data) implements Part {}

    /**
     * A model's call of a tool.
     *
     * @param arguments JSON, by the model's word; empty for none
     * @param signature of the thought that led to it; empty if none
     */
    record ToolCall(String id, String name, String arguments, String signature) implements Part {}

    /**
     * What a tool answered.
     *
     * @param name the tool's name where it was said; else it is that of the call
     */
    record ToolResult(String callId, String name, List<Part> content, boolean error, Place place) implements Part {
        public ToolResult {
            content = List.copyOf(content);
        }
    }

    /** All up to here shall be cached by the provider; changes the price and not the answer. */
    record CachePoint(Lifetime lifetime) implements Part {}

    /** How long a provider keeps what it cached. */
    enum Lifetime {
        /** The provider's usual time, with Anthropic five minutes. */
        SHORT,
        HOUR
    }
}
