package dev.mizan.usage;

/** A count as a provider states it, before it is split into {@link Unit}s that do not overlap. */
enum Count {
    /** All input tokens, or those that are not in a cache: the flavour says which. */
    INPUT,
    /** Tokens of tool results fed back by the provider; beside {@link #INPUT}. */
    TOOL_INPUT,
    CACHE_READ,
    CACHE_WRITE,
    CACHE_WRITE_5M,
    CACHE_WRITE_1H,
    /** Audio, image and video input, cached or not. */
    INPUT_AUDIO,
    INPUT_IMAGE,
    INPUT_VIDEO,
    CACHE_AUDIO,
    CACHE_IMAGE,
    CACHE_VIDEO,
    /** All output tokens, or those that are not reasoning: the flavour says which. */
    OUTPUT,
    REASONING,
    OUTPUT_AUDIO,
    OUTPUT_IMAGE,
    WEB_SEARCH,
    FILE_SEARCH;

    /** No call uses more: a greater count is an error of the provider, not a quantity. */
    static final long MAX = 1_000_000_000_000L;

    static final int LENGTH = values().length;
}
