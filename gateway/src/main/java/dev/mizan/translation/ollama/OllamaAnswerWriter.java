package dev.mizan.translation.ollama;

import dev.mizan.dialect.Route;
import dev.mizan.translation.Translation;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.openai.OpenAiLogprobs;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.time.Instant;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes whole answers of chat and of generate, and errors. */
final class OllamaAnswerWriter {
    private OllamaAnswerWriter() {}

    static Slice write(Answer answer, Translation.Call call) {
        StringBuilder text = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        ArrayNode calls = JsonTree.array();
        ObjectNode root = head(call);
        FinishReason finish = FinishReason.STOP;
        for (Answer.Choice choice : answer.choices()) {
            choice.parts().forEach(part -> part(part, text, thought, calls));
            finish = choice.finish();
            if (!choice.logprobs().isEmpty()) {
                root.set("logprobs", OpenAiLogprobs.write(choice.logprobs()));
            }
        }
        content(call, root, text.toString(), thought.toString(), calls);
        end(root, finish, answer.usage());
        return JsonTree.bytes(root);
    }

    /** What every answer and every line of a stream begins with. */
    static ObjectNode head(Translation.Call call) {
        return JsonTree.object()
                .put("model", call.model())
                .put("created_at", Instant.ofEpochSecond(call.createdSeconds()).toString());
    }

    /** Adds what was said, as a chat or generate has it. */
    static void content(Translation.Call call, ObjectNode root, String text, String thought, ArrayNode calls) {
        boolean isChat = call.route() != Route.OLLAMA_GENERATE;
        ObjectNode to = isChat ? root.putObject("message").put("role", "assistant") : root;
        to.put(isChat ? "content" : "response", text);
        if (!thought.isEmpty()) {
            to.put("thinking", thought);
        }
        if (!calls.isEmpty()) {
            to.set("tool_calls", calls);
        }
    }

    static void end(ObjectNode root, FinishReason finish, Usage usage) {
        root.put("done", true)
                .put("done_reason", finish == FinishReason.LENGTH ? "length" : "stop")
                .put("prompt_eval_count", usage.inputTokens())
                .put("eval_count", usage.outputTokens());
    }

    static void call(String id, String name, String arguments, ArrayNode to) {
        ObjectNode made = to.addObject();
        if (!id.isEmpty()) {
            made.put("id", id);
        }
        made.putObject("function")
                .put("index", to.size() - 1)
                .put("name", name)
                .set("arguments", JsonTree.arguments(arguments));
    }

    static byte[] problem(String message) {
        return Json.bytes(json ->
                json.writeStartObject().writeStringProperty("error", message).writeEndObject());
    }

    private static void part(Part part, StringBuilder text, StringBuilder thought, ArrayNode calls) {
        switch (part) {
            case Part.Text(String said) -> text.append(said);
            case Part.Declined(String said) -> text.append(said);
            case Part.Thinking(String said, String _) -> thought.append(said);
            case Part.ToolCall toolCall -> call(toolCall.id(), toolCall.name(), toolCall.arguments(), calls);
            case Part.HiddenThinking _,
                    Part.Image _,
                    Part.Document _,
                    Part.Audio _,
                    Part.ToolResult _,
                    Part.CachePoint _ -> {}
        }
    }
}
