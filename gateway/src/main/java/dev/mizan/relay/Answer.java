package dev.mizan.relay;

import dev.mizan.provider.ProviderCall;
import dev.mizan.wire.Slice;

/** What an attempt brought. Of all of them nothing has been relayed yet. */
sealed interface Answer {
    Attempt attempt();

    ProviderCall call();

    /** The answer is here, whole. */
    record Whole(Attempt attempt, ProviderCall call, Slice body) implements Answer {}

    /** A stream has begun; {@code call} is paused behind {@code first}, which is decoded. */
    record Stream(Attempt attempt, ProviderCall call, Slice first) implements Answer {}

    /**
     * The provider refused, or said 200 and meant an error.
     *
     * @param body its error
     * @param status the provider's own where it is one of an error, else what the error stands for
     */
    record Failed(Attempt attempt, ProviderCall call, Slice body, int status) implements Answer {}
}
