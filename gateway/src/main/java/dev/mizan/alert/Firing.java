package dev.mizan.alert;

/**
 * An alert that is to fire unless it has: it does if nothing called {@code once} fired that still holds at {@code
 * fromMillis}, and then holds until {@code untilMillis}.
 *
 * @param once names it over processes and restarts
 * @param fromMillis of a calendar window its start, else the moment it was found, Unix milliseconds
 * @param untilMillis of a calendar window its end, exclusive; {@link Long#MAX_VALUE} for never again
 */
public record Firing(Alert alert, String once, long fromMillis, long untilMillis) {
    public Firing {
        if (fromMillis >= untilMillis) {
            throw new IllegalArgumentException("untilMillis: " + untilMillis + " (expected: > " + fromMillis + ")");
        }
    }
}
