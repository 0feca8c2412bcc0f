package dev.mizan.dialect;

/** A wire format that callers or providers speak. */
public enum WireFormat {
    /** Chat completions, completions and embeddings (https://platform.openai.com/docs/api-reference). */
    OPENAI_CHAT("openai-chat"),
    /** https://platform.openai.com/docs/api-reference/responses. */
    OPENAI_RESPONSES("openai-responses"),
    /** https://docs.anthropic.com/en/api/messages. */
    ANTHROPIC_MESSAGES("anthropic-messages"),
    /** https://ai.google.dev/api/generate-content. */
    GEMINI("gemini"),
    /** https://github.com/ollama/ollama/blob/main/docs/api.md. */
    OLLAMA("ollama"),
    /** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html. */
    BEDROCK_CONVERSE("bedrock-converse");

    private final String label;

    WireFormat(String label) {
        this.label = label;
    }

    /** The name on ledger lines and in documents. */
    public String label() {
        return label;
    }
}
