package dev.mizan.translation.anthropic;

import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.EventWriter;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Problem;
import dev.mizan.usage.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the events of a streamed message: blocks one after the other, each begun, filled and ended. Knows one choice,
 * since callers can't ask for more. Not safe for use by many threads.
 */
final class AnthropicEventWriter extends EventWriter {
    private static final int NONE = -1;

    private final Translation.Call call;
    private final List<Integer> blocksOfCalls = new ArrayList<>(2);
    private boolean started;
    private int blocks;
    private Kind open = Kind.NOTHING;
    private FinishReason finish = FinishReason.STOP;
    private String stopSequence = "";

    /** What the block is that is not yet ended. */
    private enum Kind {
        NOTHING,
        TEXT,
        THINKING,
        TOOL
    }

    AnthropicEventWriter(Translation.Call call) {
        this.call = call;
    }

    @Override
    public void start() {
        if (started) {
            return;
        }
        started = true;
        named("message_start", json -> {
            json.writeObjectPropertyStart("message");
            json.writeStringProperty("id", AnthropicAnswerWriter.ID + call.requestId());
            json.writeStringProperty("type", "message");
            json.writeStringProperty("role", "assistant");
            json.writeStringProperty("model", call.model());
            json.writeArrayPropertyStart("content").writeEndArray();
            json.writeNullProperty("stop_reason");
            json.writeNullProperty("stop_sequence");
            json.writeName("usage");
            AnthropicAnswerWriter.usage(Usage.NONE, "", json);
            json.writeEndObject();
        });
    }

    @Override
    public void text(int choice, String text) {
        if (choice == 0) {
            within(Kind.TEXT, json -> json.writeStringProperty("type", "text").writeStringProperty("text", ""));
            delta(blocks - 1, "text_delta", "text", text);
        }
    }

    @Override
    public void declined(int choice, String text) {
        text(choice, text);
    }

    @Override
    public void thinking(int choice, String text) {
        if (choice == 0) {
            thinkingBlock();
            delta(blocks - 1, "thinking_delta", "thinking", text);
        }
    }

    @Override
    public void signature(int choice, String signature) {
        if (choice == 0) {
            thinkingBlock();
            delta(blocks - 1, "signature_delta", "signature", signature);
            close();
        }
    }

    private void thinkingBlock() {
        within(Kind.THINKING, json -> json.writeStringProperty("type", "thinking")
                .writeStringProperty("thinking", "")
                .writeStringProperty("signature", ""));
    }

    @Override
    public void hiddenThinking(int choice, String data) {
        if (choice == 0) {
            close();
            begin(Kind.THINKING, json -> json.writeStringProperty("type", "redacted_thinking")
                    .writeStringProperty("data", data));
            close();
        }
    }

    @Override
    public void toolCall(int choice, int index, String id, String name, String signature) {
        if (choice != 0) {
            return;
        }
        if (!signature.isEmpty()) {
            signature(choice, AnthropicAnswerWriter.CALL_SIGNATURE + signature);
        }
        close();
        String known = id.isEmpty() ? AnthropicAnswerWriter.madeId(call, index) : id;
        begin(Kind.TOOL, json -> json.writeStringProperty("type", "tool_use")
                .writeStringProperty("id", known)
                .writeStringProperty("name", name)
                .writeObjectPropertyStart("input")
                .writeEndObject());
        while (blocksOfCalls.size() <= index) {
            blocksOfCalls.add(NONE);
        }
        blocksOfCalls.set(index, blocks - 1);
    }

    @Override
    public void arguments(int choice, int index, String piece) {
        if (choice == 0 && index < blocksOfCalls.size() && blocksOfCalls.get(index) != NONE) {
            delta(blocksOfCalls.get(index), "input_json_delta", "partial_json", piece);
        }
    }

    @Override
    public void logprobs(int choice, List<Logprob> tokens) {
        // The format has no place for them.
    }

    @Override
    public void finish(int choice, FinishReason reason, String sequence) {
        if (choice == 0) {
            finish = reason;
            stopSequence = sequence;
        }
    }

    @Override
    public void end(Usage usage, String costUsd, boolean usageAsked) {
        start();
        close();
        named("message_delta", json -> {
            json.writeObjectPropertyStart("delta");
            json.writeStringProperty("stop_reason", AnthropicAnswerWriter.reason(finish));
            if (stopSequence.isEmpty()) {
                json.writeNullProperty("stop_sequence");
            } else {
                json.writeStringProperty("stop_sequence", stopSequence);
            }
            json.writeEndObject();
            json.writeName("usage");
            AnthropicAnswerWriter.usage(usage, usageAsked ? costUsd : "", json);
        });
        named("message_stop", _ -> {});
    }

    @Override
    protected void error(Problem problem) {
        event(
                "event: error\ndata: ",
                json -> AnthropicAnswerWriter.writeProblem(problem.status(), problem.message(), json));
    }

    @Override
    protected void error(Refusal refusal) {
        raw(Protocols.of(WireFormat.ANTHROPIC_MESSAGES).errorEvent(refusal, call.requestId()));
    }

    private void within(Kind kind, Consumer<JsonGenerator> block) {
        if (open != kind) {
            close();
            begin(kind, block);
        }
    }

    private void begin(Kind kind, Consumer<JsonGenerator> block) {
        start();
        int index = blocks++;
        open = kind;
        named("content_block_start", json -> {
            json.writeNumberProperty("index", index);
            json.writeObjectPropertyStart("content_block");
            block.accept(json);
            json.writeEndObject();
        });
    }

    private void delta(int index, String type, String field, String value) {
        named("content_block_delta", json -> {
            json.writeNumberProperty("index", index);
            json.writeObjectPropertyStart("delta");
            json.writeStringProperty("type", type);
            json.writeStringProperty(field, value);
            json.writeEndObject();
        });
    }

    private void close() {
        if (open != Kind.NOTHING) {
            open = Kind.NOTHING;
            named("content_block_stop", json -> json.writeNumberProperty("index", blocks - 1));
        }
    }

    private void named(String type, Consumer<JsonGenerator> fields) {
        event("event: " + type + "\ndata: ", json -> {
            json.writeStartObject();
            json.writeStringProperty("type", type);
            fields.accept(json);
            json.writeEndObject();
        });
    }
}
