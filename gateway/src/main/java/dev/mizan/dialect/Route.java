package dev.mizan.dialect;

/**
 * A call that the data plane serves. Every route that can cost money is here.
 *
 * <p>{@code flavor} names the shape of the answer's usage for {@link dev.mizan.usage.UsageReader}.
 */
public enum Route {
    CHAT_COMPLETIONS("/v1/chat/completions", "chat", "openai-chat", WireFormat.OPENAI_CHAT, "chat"),
    COMPLETIONS("/v1/completions", "completion", "openai-completions", WireFormat.OPENAI_CHAT, "chat"),
    EMBEDDINGS("/v1/embeddings", "embeddings", "openai-embeddings", WireFormat.OPENAI_CHAT, "embeddings"),
    MODERATIONS("/v1/moderations", "moderation", "openai-moderations", WireFormat.OPENAI_CHAT, "embeddings"),
    MESSAGES("/v1/messages", "chat", "anthropic-messages", WireFormat.ANTHROPIC_MESSAGES, "anthropic"),
    RESPONSES("/v1/responses", "chat", "openai-responses", WireFormat.OPENAI_RESPONSES, "responses"),
    GENERATE_CONTENT("/v1beta/models:generateContent", "chat", "gemini", WireFormat.GEMINI, "gemini"),
    STREAM_GENERATE_CONTENT("/v1beta/models:streamGenerateContent", "chat", "gemini", WireFormat.GEMINI, "gemini"),
    OLLAMA_CHAT("/api/chat", "chat", "ollama", WireFormat.OLLAMA, "ollama"),
    OLLAMA_GENERATE("/api/generate", "completion", "ollama", WireFormat.OLLAMA, "ollama");

    private static final String PREFIX = "/v1";

    private final String path;
    private final String operation;
    private final String dialect;
    private final WireFormat format;
    private final String flavor;

    Route(String path, String operation, String dialect, WireFormat format, String flavor) {
        this.format = format;
        this.path = path;
        this.operation = operation;
        this.dialect = dialect;
        this.flavor = flavor;
    }

    /** Whether the model is named in the path, {@code /v1beta/models/MODEL:METHOD}, which {@link #path} is without. */
    public boolean namesModelInPath() {
        return format == WireFormat.GEMINI;
    }

    /** The method behind the colon of such a path. */
    public String method() {
        return path.substring(path.indexOf(':') + 1);
    }

    /** The path as documented, with its version. */
    public String path() {
        return path;
    }

    /** The path below the provider's base URL, which carries the version: {@code /chat/completions}. */
    public String upstreamPath() {
        return path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : path;
    }

    /** The operation on the ledger line unless the caller names another. */
    public String operation() {
        return operation;
    }

    /** The caller's wire format on the ledger line. */
    public String dialect() {
        return dialect;
    }

    /** What callers of it speak. */
    public WireFormat format() {
        return format;
    }

    /** Whether it is a turn of a conversation, which other formats have too. */
    public boolean isChat() {
        return switch (this) {
            case CHAT_COMPLETIONS,
                    MESSAGES,
                    RESPONSES,
                    GENERATE_CONTENT,
                    STREAM_GENERATE_CONTENT,
                    OLLAMA_CHAT,
                    OLLAMA_GENERATE -> true;
            case COMPLETIONS, EMBEDDINGS, MODERATIONS -> false;
        };
    }

    /** Whether a model writes something that is charged as output. */
    public boolean hasOutput() {
        return this != EMBEDDINGS && this != MODERATIONS;
    }

    public String flavor() {
        return flavor;
    }
}
