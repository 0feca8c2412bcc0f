package dev.mizan.translation.responses;

import dev.mizan.translation.Translation;
import dev.mizan.translation.model.JsonTree;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One item of a response's output, that may still be growing. Not safe for use by many threads. */
final class OutputItem {
    private final Kind kind;
    private final int index;
    private final String id;
    private final String callId;
    private final String name;
    private final StringBuilder text = new StringBuilder();
    private final ArrayNode logprobs = JsonTree.array();
    private String sealed = "";
    private boolean done;

    /** What an item is. */
    enum Kind {
        TEXT("msg_"),
        REFUSAL("msg_"),
        THOUGHT("rs_"),
        CALL("fc_");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /**
     * An empty item.
     *
     * @param index in the output, from 0
     * @param callId of a call of a tool; made of the request's id if it is empty
     * @param name of the tool that is called; empty if none is
     */
    OutputItem(Kind kind, int index, String callId, String name, Translation.Call call) {
        this.kind = kind;
        this.index = index;
        this.id = kind.prefix + call.requestId() + "_" + index;
        this.callId = callId.isEmpty() ? "call_" + call.requestId() + "_" + index : callId;
        this.name = name;
    }

    Kind kind() {
        return kind;
    }

    int index() {
        return index;
    }

    String id() {
        return id;
    }

    String text() {
        return text.toString();
    }

    void append(String piece) {
        text.append(piece);
    }

    /** Sets what only the provider can read. */
    void seal(String content) {
        sealed = content;
    }

    boolean isDone() {
        return done;
    }

    void finish() {
        done = true;
    }

    void addLogprobs(ArrayNode tokens) {
        logprobs.addAll(tokens);
    }

    /** The item as JSON, with what it holds so far. */
    ObjectNode json() {
        ObjectNode item = JsonTree.object().put("id", id);
        switch (kind) {
            case TEXT, REFUSAL -> {
                item.put("type", "message").put("status", done ? "completed" : "in_progress");
                ArrayNode content = item.put("role", "assistant").putArray("content");
                if (done) {
                    content.add(part());
                }
            }
            case THOUGHT -> {
                ArrayNode summary = item.put("type", "reasoning").putArray("summary");
                if (done && !text.isEmpty()) {
                    summary.add(part());
                }
                if (!sealed.isEmpty()) {
                    item.put("encrypted_content", sealed);
                }
            }
            case CALL ->
                item.put("type", "function_call")
                        .put("status", done ? "completed" : "in_progress")
                        .put("call_id", callId)
                        .put("name", name)
                        .put("arguments", text.toString());
        }
        return item;
    }

    /** The part that the text of this stands in. */
    ObjectNode part() {
        return switch (kind) {
            case REFUSAL -> JsonTree.object().put("type", "refusal").put("refusal", text.toString());
            case THOUGHT -> JsonTree.object().put("type", "summary_text").put("text", text.toString());
            case TEXT, CALL -> {
                ObjectNode part = JsonTree.object().put("type", "output_text").put("text", text.toString());
                part.putArray("annotations");
                part.set("logprobs", logprobs.deepCopy());
                yield part;
            }
        };
    }
}
