package dev.mizan.relay;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.QuotaErrors;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.edge.Answers;
import dev.mizan.ledger.JournalUnavailableException;
import dev.mizan.messages.Texts;
import dev.mizan.operation.Operation;
import dev.mizan.relay.Exchange.Arrival;
import dev.mizan.telemetry.CallMetrics;
import io.vertx.core.http.HttpClosedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How calls end with an error of Mizan's own, in the caller's dialect. Belongs to one event loop. */
final class Refusing {
    private static final Logger LOG = LoggerFactory.getLogger(Refusing.class);
    private static final String CALLER_GONE = "caller_gone";

    private final CallMetrics metrics;
    private final Texts texts;

    Refusing(CallMetrics metrics, Texts texts) {
        this.metrics = metrics;
        this.texts = texts;
    }

    /** The one place where a call ends with an error of Mizan's own. */
    void refuse(Arrival arrival, Throwable cause) {
        switch (cause) {
            case AnsweredException answered -> answer(arrival, answered.refusal());
            case CallerGoneException gone when gone.isBooked() -> {}
            case CallerGoneException gone -> metrics.refused(CALLER_GONE);
            case RefusedException refused -> refuseUnbooked(arrival, refused.refusal());
            case JournalUnavailableException unavailable -> {
                LOG.warn("Call {} refused: {}", arrival.requestId(), unavailable.getMessage());
                refuseUnbooked(
                        arrival,
                        new Refusal(
                                ErrorCode.JOURNAL_UNAVAILABLE,
                                "The books can't be written now; nothing was sent.",
                                "",
                                1));
            }
            case HttpClosedException closed -> metrics.refused(CALLER_GONE);
            default -> {
                LOG.error("Call {} failed", arrival.requestId(), cause);
                refuseUnbooked(arrival, Refusal.of(ErrorCode.INTERNAL_ERROR, "The gateway failed; see its log."));
            }
        }
    }

    private void refuseUnbooked(Arrival arrival, Refusal refusal) {
        metrics.refused(refusal.code().code());
        answer(arrival, refusal);
    }

    /** As clients of the path know errors. */
    private void answer(Arrival arrival, Refusal refusal) {
        Operation operation = arrival.operation();
        if (operation == null || !refusal.body().isEmpty() || !QuotaErrors.isFor(operation.path())) {
            byte[] own = arrival.protocol().error(refusal, arrival.requestId());
            Answers.refuse(arrival.response(), refusal, own);
            return;
        }
        String message = QuotaErrors.text(refusal.code())
                .map(name -> texts.text(arrival.language(), name))
                .orElse(refusal.message());
        byte[] body = QuotaErrors.body(refusal.code(), message);
        Answers.refuse(arrival.response(), refusal, body);
    }
}
