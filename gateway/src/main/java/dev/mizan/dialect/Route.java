package dev.mizan.dialect;

/**
 * A call that the data plane serves. Every route that can cost money is here.
 *
 * <p>{@code flavor} names the shape of the answer's usage for {@link dev.mizan.usage.UsageReader}.
 */
public enum Route {
    CHAT_COMPLETIONS("/v1/chat/completions", "chat", "openai-chat", "chat"),
    COMPLETIONS("/v1/completions", "completion", "openai-completions", "chat"),
    EMBEDDINGS("/v1/embeddings", "embeddings", "openai-embeddings", "embeddings");

    private static final String PREFIX = "/v1";

    private final String path;
    private final String operation;
    private final String dialect;
    private final String flavor;

    Route(String path, String operation, String dialect, String flavor) {
        this.path = path;
        this.operation = operation;
        this.dialect = dialect;
        this.flavor = flavor;
    }

    /** The path as documented, with its version. */
    public String path() {
        return path;
    }

    /** The path below the provider's base URL, which carries the version: {@code /chat/completions}. */
    public String upstreamPath() {
        return path.substring(PREFIX.length());
    }

    /** The operation on the ledger line unless the caller names another. */
    public String operation() {
        return operation;
    }

    /** The caller's wire format on the ledger line. */
    public String dialect() {
        return dialect;
    }

    public String flavor() {
        return flavor;
    }
}
