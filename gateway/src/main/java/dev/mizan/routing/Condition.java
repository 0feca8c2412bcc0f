package dev.mizan.routing;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How a deployment is doing, as this process sees it: its circuit breaker, its calls in flight, how fast it answers,
 * what it used in the last minute. Outlives configurations that leave it as it is. Safe for use by many threads.
 */
public final class Condition {
    /** The newest first byte counts for a fifth in the moving mean. */
    private static final int NEWEST_SHARE = 5;

    private final LongSupplier nanoTime;
    private final BreakerSettings settings;
    private final CircuitBreaker breaker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong pendingTokens = new AtomicLong();
    private final AtomicLong meanNanos = new AtomicLong();
    private final LongAdder calls = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final MinuteUse requests;
    private final MinuteUse tokens;

    /** What a breaker is told of. */
    private static final class FailedCallException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedCallException() {
            super("the deployment failed", null, false, false);
        }
    }

    /** The breaker's clock: steady, whatever is done to the time of day. */
    private static final class SteadyClock extends Clock {
        private final LongSupplier nanoTime;

        SteadyClock(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(nanoTime.getAsLong());
        }
    }

    Condition(String id, BreakerSettings settings, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.settings = settings;
        this.requests = new MinuteUse(nanoTime);
        this.tokens = new MinuteUse(nanoTime);
        this.breaker = CircuitBreaker.of(
                id,
                CircuitBreakerConfig.custom()
                        .failureRateThreshold(settings.failurePercent())
                        .slowCallRateThreshold(settings.slowPercent())
                        .slowCallDurationThreshold(settings.slowAfter())
                        .slidingWindow(
                                (int) settings.window().toSeconds(), settings.calls(), SlidingWindowType.TIME_BASED)
                        .waitDurationInOpenState(settings.openFor())
                        .permittedNumberOfCallsInHalfOpenState(settings.probes())
                        .clock(new SteadyClock(nanoTime))
                        .writableStackTraceEnabled(false)
                        .build());
    }

    /** An attempt is sent that is expected to use so many tokens. End what is returned. */
    public Watch begin(long expectedTokens) {
        // Not permitted where nothing better is left, or another call took the last probe: then it proves nothing.
        boolean permitted = settings.enabled() && breaker.tryAcquirePermission();
        inFlight.incrementAndGet();
        pendingTokens.addAndGet(expectedTokens);
        requests.add(1);
        return new Watch(this, permitted, expectedTokens);
    }

    /** Whether calls may be sent: its breaker is closed, or lets a probe through. */
    boolean permits() {
        if (!settings.enabled()) {
            return true;
        }
        boolean permitted = breaker.tryAcquirePermission();
        if (permitted) {
            breaker.releasePermission();
        }
        return permitted;
    }

    /** {@code closed}, {@code open}, {@code half_open}; {@code disabled} where there is no breaker. */
    String state() {
        return settings.enabled() ? breaker.getState().name().toLowerCase(Locale.ROOT) : "disabled";
    }

    /** Share of failed calls in the breaker's window, in percent; -1 if there were too few to say. */
    float failurePercent() {
        return breaker.getMetrics().getFailureRate();
    }

    int inFlight() {
        return inFlight.get();
    }

    /** Attempts that have ended. */
    long calls() {
        return calls.sum();
    }

    /** Those that failed, of {@link #calls}. */
    long failures() {
        return failures.sum();
    }

    /** The moving mean of the time to the first byte; zero before any. */
    Duration latency() {
        return Duration.ofNanos(meanNanos.get());
    }

    /** Tokens of the last minute, with those that calls in flight are expected to use. */
    long tokensOfLastMinute() {
        return tokens.sum() + pendingTokens.get();
    }

    /** Attempts sent in the last minute. */
    long requestsOfLastMinute() {
        return requests.sum();
    }

    /** An attempt turned out to have used so many tokens. */
    public void used(long count) {
        tokens.add(count);
    }

    long nanos() {
        return nanoTime.getAsLong();
    }

    void measured(long firstByteNanos) {
        meanNanos.updateAndGet(
                mean -> mean == 0 ? Math.max(1, firstByteNanos) : mean + (firstByteNanos - mean) / NEWEST_SHARE);
    }

    void ended(Watch watch, Watch.End end, long slowNanos) {
        inFlight.decrementAndGet();
        pendingTokens.addAndGet(-watch.expectedTokens());
        Watch.End counted = end == Watch.End.RATE_LIMITED && settings.rateLimits() ? Watch.End.FAILED : end;
        if (counted != Watch.End.ABANDONED) {
            calls.increment();
        }
        if (counted == Watch.End.FAILED) {
            failures.increment();
        }
        if (!watch.isPermitted()) {
            return;
        }
        switch (counted) {
            case ANSWERED -> breaker.onSuccess(slowNanos, TimeUnit.NANOSECONDS);
            case FAILED -> breaker.onError(slowNanos, TimeUnit.NANOSECONDS, new FailedCallException());
            case RATE_LIMITED, ABANDONED -> breaker.releasePermission();
        }
    }
}
