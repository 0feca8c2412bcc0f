package dev.mizan.dialect.ollama;

import dev.mizan.dialect.ContextEdits;
import dev.mizan.wire.JsonSpan;
import dev.mizan.wire.Splice;
import java.util.List;

/** Of Ollama's chat, which has no word for calling no tools, and does not ask for those of earlier calls. */
final class OllamaEdits extends ContextEdits {
    @Override
    protected void switchToolsOff(JsonSpan body, List<Splice> splices) {
        body.field("tools").ifPresent(tools -> splices.add(tools.with("[]")));
    }

    @Override
    protected void trim(JsonSpan body, Kept kept) {
        for (JsonSpan message : body.list("messages")) {
            if (message.text("role").equals("tool")) {
                var _ = kept.keeps(message.set("content", NOTE_JSON));
            }
        }
    }
}
