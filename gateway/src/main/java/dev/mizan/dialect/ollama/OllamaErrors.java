package dev.mizan.dialect.ollama;

import dev.mizan.dialect.Refusal;
import dev.mizan.wire.Json;
import tools.jackson.core.JsonGenerator;

/** Mizan's refusals as Ollama's errors: {@code {"error":"…"}} (https://docs.ollama.com/api/errors). */
final class OllamaErrors {
    private OllamaErrors() {}

    static byte[] body(Refusal refusal) {
        return Json.bytes(json -> write(refusal, json));
    }

    /** A line of a stream. */
    static byte[] line(Refusal refusal) {
        return Json.bytes("", json -> write(refusal, json), "\n");
    }

    private static void write(Refusal refusal, JsonGenerator json) {
        json.writeStartObject().writeStringProperty("error", refusal.message()).writeEndObject();
    }
}
