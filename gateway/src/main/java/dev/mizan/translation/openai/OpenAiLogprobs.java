package dev.mizan.translation.openai;

import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Logprob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes how probable tokens were. */
public final class OpenAiLogprobs {
    private OpenAiLogprobs() {}

    /** What {@code logprobs.content} holds. */
    public static List<Logprob> read(JsonNode content) {
        List<Logprob> tokens = new ArrayList<>();
        for (JsonNode token : content) {
            List<Logprob> likeliest = new ArrayList<>();
            for (JsonNode other : token.path("top_logprobs")) {
                likeliest.add(new Logprob(
                        other.path("token").asString(""), other.path("logprob").asDouble(0), List.of()));
            }
            tokens.add(new Logprob(
                    token.path("token").asString(""), token.path("logprob").asDouble(0), likeliest));
        }
        return tokens;
    }

    /** {@code tokens} as {@code logprobs.content} has them. */
    public static ArrayNode write(List<Logprob> tokens) {
        ArrayNode to = JsonTree.array();
        for (Logprob token : tokens) {
            ObjectNode one = to.addObject();
            logprob(token, one);
            ArrayNode likeliest = one.putArray("top_logprobs");
            token.likeliest().forEach(other -> logprob(other, likeliest.addObject()));
        }
        return to;
    }

    private static void logprob(Logprob token, ObjectNode to) {
        to.put("token", token.token()).put("logprob", token.value());
        ArrayNode bytes = to.putArray("bytes");
        for (byte b : token.token().getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b & 0xFF);
        }
    }
}
