package dev.mizan.translation.openai;

import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.openai.OpenAiErrors;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.EventWriter;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Logprob;
import dev.mizan.translation.model.Problem;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Writes the chunks of a streamed chat completion. Not safe for use by many threads. */
final class OpenAiEventWriter extends EventWriter {
    private final Translation.Call call;
    private final String head;
    private final Map<Integer, FinishReason> open = new TreeMap<>();

    OpenAiEventWriter(Translation.Call call) {
        this.call = call;
        this.head = "data: {\"id\":\"" + OpenAiAnswerWriter.ID + call.requestId()
                + "\",\"object\":\"chat.completion.chunk\",\"created\":" + call.createdSeconds() + ",\"model\":"
                + new String(Json.string(call.model()), StandardCharsets.UTF_8);
    }

    @Override
    public void start() {
        open(0);
    }

    private void open(int choice) {
        if (!open.containsKey(choice)) {
            open.put(choice, FinishReason.STOP);
            delta(choice, json -> {
                json.writeStringProperty("role", "assistant");
                json.writeStringProperty("content", "");
            });
        }
    }

    @Override
    public void text(int choice, String text) {
        open(choice);
        delta(choice, json -> json.writeStringProperty("content", text));
    }

    @Override
    public void declined(int choice, String text) {
        open(choice);
        delta(choice, json -> json.writeStringProperty("refusal", text));
    }

    @Override
    public void thinking(int choice, String text) {
        open(choice);
        delta(choice, json -> json.writeStringProperty("reasoning_content", text));
    }

    @Override
    public void signature(int choice, String signature) {
        block(choice, "thinking", "signature", signature);
    }

    @Override
    public void hiddenThinking(int choice, String data) {
        block(choice, "redacted_thinking", "data", data);
    }

    private void block(int choice, String type, String field, String value) {
        open(choice);
        delta(choice, json -> json.writeArrayPropertyStart("thinking_blocks")
                .writeStartObject()
                .writeStringProperty("type", type)
                .writeStringProperty(field, value)
                .writeEndObject()
                .writeEndArray());
    }

    @Override
    public void toolCall(int choice, int index, String id, String name, String signature) {
        open(choice);
        delta(choice, json -> {
            json.writeArrayPropertyStart("tool_calls").writeStartObject();
            json.writeNumberProperty("index", index);
            json.writeStringProperty("id", id.isEmpty() ? OpenAiAnswerWriter.madeId(call, choice, index) : id);
            json.writeStringProperty("type", "function");
            json.writeObjectPropertyStart("function")
                    .writeStringProperty("name", name)
                    .writeStringProperty("arguments", "")
                    .writeEndObject();
            if (!signature.isEmpty()) {
                json.writeObjectPropertyStart("extra_content")
                        .writeObjectPropertyStart("google")
                        .writeStringProperty("thought_signature", signature)
                        .writeEndObject()
                        .writeEndObject();
            }
            json.writeEndObject().writeEndArray();
        });
    }

    @Override
    public void arguments(int choice, int index, String piece) {
        delta(choice, json -> json.writeArrayPropertyStart("tool_calls")
                .writeStartObject()
                .writeNumberProperty("index", index)
                .writeObjectPropertyStart("function")
                .writeStringProperty("arguments", piece)
                .writeEndObject()
                .writeEndObject()
                .writeEndArray());
    }

    @Override
    public void logprobs(int choice, List<Logprob> tokens) {
        open(choice);
        raw(head + ",\"choices\":[{\"index\":" + choice + ",\"delta\":{},\"logprobs\":{\"content\":"
                + JsonTree.text(OpenAiLogprobs.write(tokens)) + "},\"finish_reason\":null}]}\n\n");
    }

    @Override
    public void finish(int choice, FinishReason reason, String stopSequence) {
        open(choice);
        open.put(choice, reason);
    }

    @Override
    public void end(Usage usage, String costUsd, boolean usageAsked) {
        open(0);
        open.forEach((choice, reason) -> raw(head + ",\"choices\":[{\"index\":" + choice
                + ",\"delta\":{},\"logprobs\":null,\"finish_reason\":\"" + OpenAiAnswerWriter.reason(reason)
                + "\"}]}\n\n"));
        if (usageAsked) {
            event(head + ",\"choices\":[],\"usage\":", json -> OpenAiAnswerWriter.usage(usage, costUsd, json), "}\n\n");
        }
        raw("data: [DONE]\n\n");
    }

    @Override
    protected void error(Problem problem) {
        event("data: ", json -> OpenAiAnswerWriter.writeProblem(problem, json));
    }

    @Override
    protected void error(Refusal refusal) {
        raw(OpenAiErrors.event(refusal));
    }

    private void delta(int choice, Consumer<JsonGenerator> fields) {
        event(
                head + ",\"choices\":[{\"index\":" + choice + ",\"delta\":",
                json -> {
                    json.writeStartObject();
                    fields.accept(json);
                    json.writeEndObject();
                },
                ",\"logprobs\":null,\"finish_reason\":null}]}\n\n");
    }
}
