package dev.mizan.dialect.gemini;

import dev.mizan.dialect.ContextEdits;
import dev.mizan.wire.JsonSpan;
import dev.mizan.wire.Splice;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Of Gemini's generateContent, in both of Google's spellings. */
final class GeminiEdits extends ContextEdits {
    private static final String NONE = "{\"functionCallingConfig\":{\"mode\":\"NONE\"}}";

    @Override
    protected void switchToolsOff(JsonSpan body, List<Splice> splices) {
        if (body.field("tools").isPresent()) {
            splices.add(body.set("toolConfig", NONE));
            if (body.fields().containsKey("tool_config")) {
                splices.add(body.set("tool_config", NONE));
            }
        }
    }

    @Override
    protected void trim(JsonSpan body, Kept kept) {
        for (JsonSpan content : body.list("contents")) {
            for (JsonSpan part : content.list("parts")) {
                Optional<JsonSpan> result = either(part, "functionResponse", "function_response");
                if (result.isPresent()) {
                    var _ = kept.keeps(result.get().set("response", "{\"result\":" + NOTE_JSON + "}"));
                } else if (isDocument(part)) {
                    var _ = kept.keeps(part.with("{\"text\":" + NOTE_JSON + "}"));
                }
            }
        }
    }

    private static boolean isDocument(JsonSpan part) {
        return either(part, "inlineData", "inline_data")
                .map(data -> either(data, "mimeType", "mime_type")
                        .map(JsonSpan::text)
                        .orElse(""))
                .filter(type -> Stream.of("image/", "audio/", "text/").noneMatch(type::startsWith))
                .isPresent();
    }

    private static Optional<JsonSpan> either(JsonSpan of, String name, String other) {
        return of.field(name).or(() -> of.field(other));
    }
}
