package dev.mizan.routing;

/**
 * A deployment that an alias may pick.
 *
 * @param share of the alias's calls that its weight gives it, 0 to 1; that of its alias's where it is nested
 * @param tokensPerMinute its limit; 0 if it has none
 * @param requestsPerMinute its limit; 0 if it has none
 */
record Candidate(
        Deployment deployment, Condition condition, double share, long tokensPerMinute, long requestsPerMinute) {
    Candidate withShare(double changed) {
        return new Candidate(deployment, condition, changed, tokensPerMinute, requestsPerMinute);
    }

    /** Tokens that its limits still allow in this minute, as this process counts; 0 or less if it is full. */
    long headroom() {
        if (requestsPerMinute > 0 && condition.requestsOfLastMinute() >= requestsPerMinute) {
            return Long.MIN_VALUE;
        }
        long limit = tokensPerMinute > 0 ? tokensPerMinute : Long.MAX_VALUE / 2;
        return limit - condition.tokensOfLastMinute();
    }
}
