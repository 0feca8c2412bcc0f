package dev.mizan.translation.model;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A call to a language model in no one's format.
 *
 * @param model as the caller named it
 * @param system system prompts in their order: texts and cache points
 * @param settings numbers and switches by what they are, without those that only say the default
 * @param outputTokens limit of output tokens; -1 if none
 * @param endUser empty if none
 * @param others the paths of fields that the model has no place for
 */
public record ModelCall(
        String model,
        List<Part> system,
        List<Message> messages,
        Tooling tooling,
        ResponseFormat format,
        Map<Setting, JsonNode> settings,
        Reasoning reasoning,
        long outputTokens,
        List<String> stop,
        String endUser,
        List<String> others) {
    public ModelCall {
        system = List.copyOf(system);
        messages = List.copyOf(messages);
        settings = inOrder(settings);
        stop = List.copyOf(stop);
        others = List.copyOf(others);
    }

    private static Map<Setting, JsonNode> inOrder(Map<Setting, JsonNode> settings) {
        Map<Setting, JsonNode> copy = new EnumMap<>(Setting.class);
        copy.putAll(settings);
        return Collections.unmodifiableMap(copy);
    }
}
