package dev.mizan.translation.model;

import tools.jackson.databind.JsonNode;

/** Reads one provider's stream, event by event. Not safe for use by many threads. */
@FunctionalInterface
public interface EventReader {
    /** Tells {@code sink} what {@code event} brings. */
    void read(JsonNode event, AnswerSink sink);
}
