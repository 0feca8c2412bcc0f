package dev.mizan.price;

/**
 * What became of pricing a usage: a receipt, or the reason why there is none. Nothing is free because it is unknown.
 */
public sealed interface Priced {
    /** The usage has a price. */
    record Known(Receipt receipt) implements Priced {}

    /**
     * The usage has no price.
     *
     * @param reason a sentence that names the provider, the model and what is missing
     */
    record Unknown(String reason) implements Priced {}
}
