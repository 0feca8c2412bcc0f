package dev.mizan.dialect.openai;

import dev.mizan.dialect.ContextEdits;
import dev.mizan.wire.JsonSpan;
import dev.mizan.wire.Splice;
import java.util.List;

/** Of OpenAI's responses. */
final class ResponsesEdits extends ContextEdits {
    private static final String TEXT = "{\"type\":\"input_text\",\"text\":" + NOTE_JSON + "}";

    @Override
    protected void switchToolsOff(JsonSpan body, List<Splice> splices) {
        if (body.field("tools").isPresent()) {
            splices.add(body.set("tool_choice", "\"none\""));
        }
    }

    @Override
    protected void trim(JsonSpan body, Kept kept) {
        for (JsonSpan item : body.list("input")) {
            String type = item.text("type");
            if (type.equals("function_call_output") || type.equals("custom_tool_call_output")) {
                var _ = kept.keeps(item.set("output", NOTE_JSON));
            } else {
                for (JsonSpan part : item.list("content")) {
                    if (part.text("type").equals("input_file")) {
                        var _ = kept.keeps(part.with(TEXT));
                    }
                }
            }
        }
    }
}
