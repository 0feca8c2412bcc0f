package dev.mizan.limit;

/**
 * What a call asks to be set aside.
 *
 * @param id ULID, made before the act: settles and releases that are repeated name it
 * @param bound the most that the call can use, for {@link Reserve#WORST_CASE}
 * @param expected what such calls usually use, for {@link Reserve#EXPECTED}; at most {@code bound}
 */
public record Claim(String id, Amounts bound, Amounts expected) {
    /** How much of {@code limit} is set aside for it. */
    public long of(Limit limit) {
        return switch (limit.reserve()) {
            case WORST_CASE -> bound.of(limit);
            case EXPECTED -> expected.of(limit);
            // What is known before the call is counted before the call.
            case NONE -> limit.meter().isGate() ? bound.of(limit) : 0;
        };
    }
}
