package dev.mizan.usage;

/**
 * A unit of usage. Units do not overlap: a token is counted in exactly one of them, so that totals are sums.
 *
 * <p>The order of the constants is part of the journal's format: append, never reorder.
 */
public enum Unit {
    /** Plain text input tokens: without cached, written-to-cache, audio, image and video tokens. */
    INPUT("input", true),
    /** Input tokens read from a provider's prompt cache. */
    CACHE_READ("cache_read", true),
    /** Input tokens written to a provider's prompt cache for five minutes (or for the provider's only duration). */
    CACHE_WRITE_5M("cache_write_5m", true),
    /** Input tokens written to a provider's prompt cache for one hour. */
    CACHE_WRITE_1H("cache_write_1h", true),
    /** Audio input tokens that were not cached. */
    INPUT_AUDIO("input_audio", true),
    /** Audio input tokens read from cache. */
    CACHE_AUDIO_READ("cache_audio_read", true),
    /** Image input tokens that were not cached. */
    INPUT_IMAGE("input_image", true),
    /** Video input tokens that were not cached. */
    INPUT_VIDEO("input_video", true),
    /** Plain output tokens: without reasoning, audio and image tokens. */
    OUTPUT("output", false),
    /** Reasoning (thinking) tokens. */
    REASONING("reasoning", false),
    /** Audio output tokens. */
    OUTPUT_AUDIO("output_audio", false),
    /** Image output tokens. */
    OUTPUT_IMAGE("output_image", false),
    /** Requests, where a provider charges for each. */
    REQUESTS("requests", false),
    /** Image input tokens read from cache. */
    CACHE_IMAGE_READ("cache_image_read", true),
    /** Video input tokens read from cache. */
    CACHE_VIDEO_READ("cache_video_read", true),
    /** Calls of tools whose results a call brings to the model. Nobody charges for them as such. */
    TOOL_CALLS("tool_calls", false);

    private final String label;
    private final boolean input;

    Unit(String label, boolean input) {
        this.label = label;
        this.input = input;
    }

    /** The name in JSON, columns and reports, in snake case. */
    public String label() {
        return label;
    }

    /** Whether this counts input tokens. */
    public boolean isInput() {
        return input;
    }

    /** Whether this counts tokens: all but {@link #REQUESTS} and {@link #TOOL_CALLS} do. */
    public boolean isTokens() {
        return this != REQUESTS && this != TOOL_CALLS;
    }

    /** Whether this counts output tokens. */
    public boolean isOutput() {
        return !input && isTokens();
    }
}
