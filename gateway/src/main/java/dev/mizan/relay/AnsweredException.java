package dev.mizan.relay;

import dev.mizan.dialect.Refusal;

/** A call that is already on the books ends with an error of Mizan's own. Has no stack trace. */
final class AnsweredException extends RuntimeException {
    private final transient Refusal refusal;

    AnsweredException(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
