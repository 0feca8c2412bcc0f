package dev.mizan.usage;

import com.knuddels.jtokkit.api.EncodingType;
import java.util.Locale;
import java.util.Optional;

/** Which of OpenAI's encodings a model uses, by its name; a prefix such as {@code openai/} is ignored. */
final class OpenAiEncodings {
    private static final String[] O200K = {
        "gpt-5", "gpt-4o", "gpt-4.1", "gpt-4.5", "chatgpt-4o", "gpt-oss", "gpt-realtime", "gpt-audio", "o1", "o3", "o4"
    };
    private static final String[] CL100K = {
        "gpt-4", "gpt-3.5", "gpt-35", "text-embedding-", "babbage-002", "davinci-002"
    };

    private OpenAiEncodings() {}

    static Optional<EncodingType> of(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        if (startsWithAny(name, O200K)) {
            return Optional.of(EncodingType.O200K_BASE);
        }
        return startsWithAny(name, CL100K) ? Optional.of(EncodingType.CL100K_BASE) : Optional.empty();
    }

    private static boolean startsWithAny(String name, String[] prefixes) {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
