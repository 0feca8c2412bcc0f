package dev.mizan.provider.simulated;

import dev.mizan.provider.CannedAnswers;
import dev.mizan.wire.BoundedText;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the canned answer to a call. Immutable; safe for use by many threads. */
final class RuleBook {
    /** How much of what the user said is looked at, in characters from its start. */
    static final int TEXT_LENGTH_MAX = 10_000;

    private static final JsonMapper JSON = new JsonMapper();

    private final CannedAnswers answers;
    private final List<Pattern> patterns = new ArrayList<>();

    RuleBook(CannedAnswers answers) {
        this.answers = answers;
        answers.rules().forEach(rule -> patterns.add(Pattern.compile(rule.match())));
    }

    boolean isOf(CannedAnswers others) {
        return answers.equals(others);
    }

    /**
     * The answer to a call.
     *
     * @param body a chat or completion in OpenAI's format
     * @throws tools.jackson.core.JacksonException if it is not JSON
     */
    String answer(Slice body) {
        String said = said(JSON.readTree(body.array(), body.from(), body.length()));
        for (int i = 0; i < patterns.size(); i++) {
            if (BoundedText.find(patterns.get(i), said)) {
                return answers.rules().get(i).answer();
            }
        }
        return answers.otherwise();
    }

    /** What the user said last, or the prompt. */
    private static String said(JsonNode call) {
        StringBuilder said = new StringBuilder();
        add(call.path("prompt"), said);
        for (JsonNode message : call.path("messages")) {
            if (message.path("role").asString("").equals("user")) {
                said.setLength(0);
                add(message.path("content"), said);
            }
        }
        return said.length() <= TEXT_LENGTH_MAX ? said.toString() : said.substring(0, TEXT_LENGTH_MAX);
    }

    private static void add(JsonNode content, StringBuilder said) {
        if (content.isString()) {
            said.append(content.stringValue());
        }
        for (JsonNode part : content) {
            String text =
                    part.isString() ? part.stringValue() : part.path("text").asString("");
            said.append(said.isEmpty() ? "" : "\n").append(text);
        }
    }
}
