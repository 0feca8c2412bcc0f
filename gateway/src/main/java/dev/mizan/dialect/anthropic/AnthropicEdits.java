package dev.mizan.dialect.anthropic;

import dev.mizan.dialect.ContextEdits;
import dev.mizan.wire.JsonSpan;
import dev.mizan.wire.Splice;
import java.util.List;

/** Of Anthropic's messages. */
final class AnthropicEdits extends ContextEdits {
    private static final String TEXT = "{\"type\":\"text\",\"text\":" + NOTE_JSON + "}";

    @Override
    protected void switchToolsOff(JsonSpan body, List<Splice> splices) {
        if (body.field("tools").isPresent()) {
            splices.add(body.set("tool_choice", "{\"type\":\"none\"}"));
        }
    }

    @Override
    protected void trim(JsonSpan body, Kept kept) {
        body.list("messages").forEach(message -> blocks(message, kept));
    }

    private static void blocks(JsonSpan of, Kept kept) {
        for (JsonSpan block : of.list("content")) {
            switch (block.text("type")) {
                case "document" -> {
                    var _ = kept.keeps(block.with(TEXT));
                }
                case "tool_result" -> {
                    if (kept.keeps(block.set("content", NOTE_JSON))) {
                        blocks(block, kept);
                    }
                }
                default -> {}
            }
        }
    }
}
