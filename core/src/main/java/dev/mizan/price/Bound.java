package dev.mizan.price;

import dev.mizan.money.NanoUsd;

/** What a call can cost at most, or the reason why that is not known. */
public sealed interface Bound {
    /** It can't cost more, as long as it keeps to the counts the bound was made from. */
    record Known(NanoUsd amount) implements Bound {}

    /**
     * There is no bound, because there is no price.
     *
     * @param reason a sentence that names the provider, the model and what is missing
     */
    record Unknown(String reason) implements Bound {}
}
