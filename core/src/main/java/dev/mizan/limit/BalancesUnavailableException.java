package dev.mizan.limit;

/** The books can't be read now, so what was used is not known. */
public final class BalancesUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BalancesUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
