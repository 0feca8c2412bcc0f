package dev.mizan.limit;

/**
 * What one call uses, or is bound to use, in every meter. Money is nano-USD. All ≥ 0 but in corrections.
 *
 * @param requests 1 for a call; 0 for an attempt that did not become its answer, and for a claim that is made again
 *     after its request was counted
 * @param providerCost what it costs the operator
 * @param chargedCost what it costs the caller
 */
public record Amounts(
        long requests, long inputTokens, long outputTokens, long providerCost, long chargedCost, long toolCalls) {
    public static final Amounts NONE = new Amounts(0, 0, 0, 0, 0, 0);

    /** One request that uses nothing else. */
    public static final Amounts REQUEST = new Amounts(1, 0, 0, 0, 0, 0);

    /** How much of it {@code limit} counts: a call in flight is 1 of its concurrency. */
    public long of(Limit limit) {
        return of(limit.subject(), limit.meter());
    }

    /** How much of it limits of {@code meter} on {@code subject} count. */
    public long of(Subject subject, Meter meter) {
        return switch (meter) {
            case REQUESTS -> requests;
            case TOKENS -> Math.addExact(inputTokens, outputTokens);
            case INPUT_TOKENS -> inputTokens;
            case OUTPUT_TOKENS -> outputTokens;
            case COST -> subject.kind().countsProviderCost() ? providerCost : chargedCost;
            case CONCURRENCY -> 1;
            case TOOL_CALLS -> toolCalls;
        };
    }

    public Amounts plus(Amounts other) {
        return new Amounts(
                Math.addExact(requests, other.requests),
                Math.addExact(inputTokens, other.inputTokens),
                Math.addExact(outputTokens, other.outputTokens),
                Math.addExact(providerCost, other.providerCost),
                Math.addExact(chargedCost, other.chargedCost),
                Math.addExact(toolCalls, other.toolCalls));
    }

    public Amounts minus(Amounts other) {
        return new Amounts(
                Math.subtractExact(requests, other.requests),
                Math.subtractExact(inputTokens, other.inputTokens),
                Math.subtractExact(outputTokens, other.outputTokens),
                Math.subtractExact(providerCost, other.providerCost),
                Math.subtractExact(chargedCost, other.chargedCost),
                Math.subtractExact(toolCalls, other.toolCalls));
    }

    /** The larger of the two in each meter. */
    public Amounts max(Amounts other) {
        return new Amounts(
                Math.max(requests, other.requests),
                Math.max(inputTokens, other.inputTokens),
                Math.max(outputTokens, other.outputTokens),
                Math.max(providerCost, other.providerCost),
                Math.max(chargedCost, other.chargedCost),
                Math.max(toolCalls, other.toolCalls));
    }
}
