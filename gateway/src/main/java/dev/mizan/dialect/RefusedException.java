package dev.mizan.dialect;

/** Carries a {@link Refusal} to the one place that answers it. Has no stack trace: it is an answer, not a fault. */
public final class RefusedException extends RuntimeException {
    private final transient Refusal refusal;

    RefusedException(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
