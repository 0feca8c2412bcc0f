package dev.mizan.translation.responses;

import dev.mizan.translation.model.Part;

/**
 * What only the provider can read of a thought, as {@code encrypted_content} of a reasoning item: its kind and its
 * text. What OpenAI itself encrypted is not of this form, and means nothing to others.
 */
final class Sealed {
    static final String SIGNATURE = "mizan-signature:";
    static final String HIDDEN = "mizan-hidden:";
    static final String CALL = "mizan-call:";

    private Sealed() {}

    /** The thought that {@code content} belongs to. */
    static Part thought(String text, String content) {
        if (content.startsWith(HIDDEN)) {
            return new Part.HiddenThinking(content.substring(HIDDEN.length()));
        }
        return new Part.Thinking(text, content.startsWith(SIGNATURE) ? content.substring(SIGNATURE.length()) : "");
    }
}
