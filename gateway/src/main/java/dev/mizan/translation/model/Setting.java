package dev.mizan.translation.model;

/** A field of a call that some formats have and others lack. Each caller's format has its own names. */
public enum Setting {
    TEMPERATURE,
    TOP_P,
    TOP_K,
    SEED,
    PRESENCE_PENALTY,
    FREQUENCY_PENALTY,
    /** Whether to tell the tokens' probabilities. */
    LOGPROBS,
    /** How many of the likeliest tokens to tell. */
    TOP_LOGPROBS,
    /** How many answers. */
    CHOICES,
    STOP,
    RESPONSE_FORMAT,
    TOOL_CHOICE,
    PARALLEL_TOOL_CALLS,
    REASONING
}
