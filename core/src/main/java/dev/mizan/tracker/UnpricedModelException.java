package dev.mizan.tracker;

/** There is no price for a model: its calls are not free, their cost is unknown. */
public final class UnpricedModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a message that names the model. */
    public UnpricedModelException(String message) {
        super(message);
    }
}
