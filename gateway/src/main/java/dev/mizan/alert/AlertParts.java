package dev.mizan.alert;

import dev.mizan.report.LedgerReader;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What alerts work on.
 *
 * @param standings asked for with each look
 * @param settings asked for with each look and each message, so that a changed configuration counts at once
 */
public record AlertParts(
        Vertx vertx,
        AlertStore store,
        LedgerReader ledger,
        UnpricedModels unpriced,
        Supplier<Standings> standings,
        Backlog backlog,
        Supplier<AlertSettings> settings,
        Clock clock,
        Tuning tuning) {
    /**
     * Bounds that tests make smaller.
     *
     * @param queueMax how many thresholds may wait to be written
     * @param pause between two looks for deliveries that are due
     * @param patience how long one message may take
     */
    public record Tuning(int queueMax, Duration pause, Duration patience) {
        public static final Tuning DEFAULT = new Tuning(1_024, Duration.ofSeconds(2), Post.PATIENCE);
    }
}
