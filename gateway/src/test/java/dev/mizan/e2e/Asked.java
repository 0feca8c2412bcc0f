package dev.mizan.e2e;

import java.util.List;

/**
 * The same call in one of the callers' dialects, with 64 tokens of output at most.
 *
 * @param path where it is posted
 */
record Asked(String path, String body) {
    /** Chat completions, Anthropic's messages, OpenAI's responses and Gemini's generateContent. */
    static List<Asked> inEveryDialect(String model, boolean stream) {
        String text = "Say hello to the scales, and weigh every word of it before you say it aloud. ".repeat(4);
        String head = "{\"model\":\"" + model + "\",\"stream\":" + stream + ",";
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
        String method = stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
        return List.of(
                new Asked("/v1/chat/completions", head + "\"max_tokens\":64," + messages),
                new Asked("/v1/messages", head + "\"max_tokens\":64," + messages),
                new Asked("/v1/responses", head + "\"max_output_tokens\":64,\"input\":\"" + text + "\"}"),
                new Asked(
                        "/v1beta/models/" + model + method,
                        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + text
                                + "\"}]}],\"generationConfig\":{\"maxOutputTokens\":64}}"));
    }
}
