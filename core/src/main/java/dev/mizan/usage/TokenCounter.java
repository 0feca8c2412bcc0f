package dev.mizan.usage;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the tokens of text: with OpenAI's encodings for OpenAI's models, else by a ratio of characters per token that
 * is learned per model from calls whose provider reported tokens.
 *
 * <p>An encoding is loaded when it is first used, which takes some 100 ms. Safe for use by many threads.
 */
public final class TokenCounter {
    /** Models whose ratio is kept; further ones use the default. */
    static final int MODELS_MAX = 10_000;

    private final EncodingRegistry encodings = Encodings.newLazyEncodingRegistry();
    private final ConcurrentHashMap<String, CharacterRatio> ratios = new ConcurrentHashMap<>();

    /** The number of tokens of {@code text} for {@code model}: exact where {@link #isExact}, else an estimate. */
    public long count(String model, String text) {
        Optional<EncodingType> type = OpenAiEncodings.of(model);
        if (type.isPresent()) {
            Encoding encoding = encodings.getEncoding(type.get());
            return encoding.countTokensOrdinary(text);
        }
        CharacterRatio ratio = ratios.get(model);
        return ratio != null ? ratio.tokens(text) : CharacterRatio.defaultTokens(text);
    }

    /** Whether the model's own encoding is known. */
    public boolean isExact(String model) {
        return OpenAiEncodings.of(model).isPresent();
    }

    /**
     * Learns from a call whose provider reported its tokens.
     *
     * @param characters of the text, as {@link String#length} counts them
     * @param tokens that the provider reported
     */
    public void learn(String model, long characters, long tokens) {
        if (characters <= 0 || tokens <= 0 || isExact(model)) {
            return;
        }
        if (ratios.containsKey(model) || ratios.size() < MODELS_MAX) {
            ratios.computeIfAbsent(model, key -> new CharacterRatio()).learn(characters, tokens);
        }
    }

    /**
     * The input tokens of a chat body in OpenAI's dialect, with what each message adds; exact for plain text messages
     * where {@link #isExact}, else an estimate. Images, audio and files are not counted.
     */
    public long chatInput(String model, byte[] json, int offset, int length) {
        ChatInput input = ChatInput.read(json, offset, length);
        long tokens = input.overhead();
        for (String text : input.texts()) {
            tokens += count(model, text);
        }
        return tokens;
    }

    /**
     * What the text of a call's body can have at most, whatever the tokenizer: one token per byte, and a constant per
     * message. Images, audio and files that are sent by address are not in it.
     */
    public static long inputBound(int bytes, int messages) {
        return ChatInput.bound(bytes, messages);
    }

    /** A quarter of the characters, rounded down: the rough way of counting. */
    public static long rough(String text) {
        return text.length() / 4;
    }
}
