package dev.mizan.translation.model;

/** Why an answer ended. */
public enum FinishReason {
    STOP,
    /** One of the caller's stop sequences. */
    STOP_SEQUENCE,
    LENGTH,
    TOOL_CALLS,
    /** The provider kept the answer or its rest back. */
    CONTENT_FILTER,
    /** The model declined. */
    REFUSAL
}
