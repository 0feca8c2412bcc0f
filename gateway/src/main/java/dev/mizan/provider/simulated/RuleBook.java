package dev.mizan.provider.simulated;

import dev.mizan.provider.CannedAnswers;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the canned answer to a call. Immutable; safe for use by many threads. */
final class RuleBook {
    /** How much of what the user said is looked at, in characters from its start. */
    static final int TEXT_LENGTH_MAX = 10_000;

    /** How often one rule may look at a character; one that needs more does not match. */
    static final int LOOKS_MAX = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);
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
            try {
                if (patterns.get(i).matcher(new Bounded(said)).find()) {
                    return answers.rules().get(i).answer();
                }
            } catch (TooManyLooksException | StackOverflowError e) {
                LOG.warn("rule {} takes too long for a text of {} characters and is passed over", i + 1, said.length());
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

    private static final class TooManyLooksException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyLooksException() {
            super("too many looks", null, false, false);
        }
    }

    /** A text that a regular expression can't look at for ever. */
    private static final class Bounded implements CharSequence {
        private final String text;
        private int looks;

        Bounded(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++looks > LOOKS_MAX) {
                throw new TooManyLooksException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
