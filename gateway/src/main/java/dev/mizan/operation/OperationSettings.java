package dev.mizan.operation;

import dev.mizan.dialect.ErrorStyle;
import java.util.List;

/**
 * One operation of the configuration ({@code operations.PATH}).
 *
 * @param path where it is served, e.g. {@code /agent/chat}
 * @param name the operation on ledger lines; by default what follows the path's last slash
 * @param model the alias that answers
 * @param system the system prompt; empty for none
 * @param prompt what the model is asked; {@code {name}} stands for the call's field of that name
 * @param outputTokensMax what an answer may have at most; 0 for the alias's own
 * @param json whether the model is told to answer with a JSON object
 * @param errorStyle how a spent budget is told
 * @param hints what is added for files by their name, the first that matches
 * @param documentTypes the types that a document may have on ledger lines; empty for any short name
 */
public record OperationSettings(
        String path,
        Kind kind,
        String name,
        String model,
        String system,
        String prompt,
        int outputTokensMax,
        boolean json,
        ErrorStyle errorStyle,
        List<Hint> hints,
        List<String> documentTypes) {
    public OperationSettings {
        hints = List.copyOf(hints);
        documentTypes = List.copyOf(documentTypes);
    }

    /** What a call of it has, and what its answer looks like. */
    public enum Kind {
        /** Fields of the caller's for the prompt; the answer's text. */
        TEXT("text"),
        /** A document, as text or PDF; what the model found in it. */
        DOCUMENT("document");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The name in the configuration. */
        public String label() {
            return label;
        }
    }

    /**
     * What helps with files of a kind.
     *
     * @param filename a regular expression that is found in the file's name
     * @param hint what {@code {hint}} in the prompt becomes
     */
    public record Hint(String filename, String hint) {}
}
