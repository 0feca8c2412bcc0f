package dev.mizan.dialect.openai;

import dev.mizan.dialect.ContextEdits;
import dev.mizan.wire.JsonSpan;
import dev.mizan.wire.Splice;
import java.util.List;

/** Of chat completions; completions and embeddings have neither tools nor documents. */
final class ChatEdits extends ContextEdits {
    private static final String TEXT = "{\"type\":\"text\",\"text\":" + NOTE_JSON + "}";

    @Override
    protected void switchToolsOff(JsonSpan body, List<Splice> splices) {
        // OpenAI refuses a choice where there is nothing to choose from.
        if (body.field("tools").isPresent()) {
            splices.add(body.set("tool_choice", "\"none\""));
        } else if (body.field("functions").isPresent()) {
            splices.add(body.set("function_call", "\"none\""));
        }
    }

    @Override
    protected void trim(JsonSpan body, Kept kept) {
        for (JsonSpan message : body.list("messages")) {
            String role = message.text("role");
            if (role.equals("tool") || role.equals("function")) {
                if (!kept.keeps(message.set("content", NOTE_JSON))) {
                    continue;
                }
            }
            for (JsonSpan part : message.list("content")) {
                if (part.field("file").isPresent() || part.field("document").isPresent()) {
                    var _ = kept.keeps(part.with(TEXT));
                }
            }
        }
    }
}
