package dev.mizan.relay;

import dev.mizan.admission.CallLimits;
import dev.mizan.admission.Hold;
import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.Refusal;
import dev.mizan.edge.Answers;
import dev.mizan.ledger.Call;
import dev.mizan.limit.Standing;
import dev.mizan.operation.Operation;
import dev.mizan.provider.ProviderCall;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes into answers' headers, and what callers say of a call in theirs. */
final class Headers {
    static final CharSequence COST = HttpHeaders.createOptimized("x-mizan-cost-usd");

    private static final int ATTRIBUTE_LENGTH_MAX = 256;
    private static final int TAGS_MAX = 20;
    private static final CharSequence MODEL = HttpHeaders.createOptimized("x-mizan-model");
    private static final CharSequence PROVIDER = HttpHeaders.createOptimized("x-mizan-provider");
    private static final CharSequence DEPLOYMENT = HttpHeaders.createOptimized("x-mizan-deployment");
    private static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("x-mizan-attempts");
    private static final CharSequence CACHE = HttpHeaders.createOptimized("x-mizan-cache");
    private static final CharSequence MISS = HttpHeaders.createOptimized("miss");
    private static final CharSequence COMPLEXITY = HttpHeaders.createOptimized("x-mizan-complexity");
    private static final CharSequence DEGRADED = HttpHeaders.createOptimized("x-mizan-degraded");
    private static final CharSequence CLAMPED = HttpHeaders.createOptimized("x-mizan-max-tokens");
    private static final CharSequence GUARDED = HttpHeaders.createOptimized("x-mizan-guarded");
    private static final CharSequence CHAT_ID = HttpHeaders.createOptimized("x-mizan-chat-id");
    private static final CharSequence MESSAGE_ID = HttpHeaders.createOptimized("x-mizan-message-id");
    private static final CharSequence OPERATION = HttpHeaders.createOptimized("x-mizan-operation");
    private static final CharSequence DOCUMENT_TYPE = HttpHeaders.createOptimized("x-mizan-document-type");
    private static final CharSequence TAGS = HttpHeaders.createOptimized("x-mizan-tags");

    /** Of a provider's answer, only these reach the caller: the others name the operator's account and its limits. */
    private static final CharSequence[] RELAYED = {
        HttpHeaders.CONTENT_TYPE,
        HttpHeaders.createOptimized("openai-processing-ms"),
        HttpHeaders.createOptimized("openai-version"),
        HttpHeaders.createOptimized("x-request-id"),
        HttpHeaders.createOptimized("request-id"),
        HttpHeaders.createOptimized("retry-after"),
        HttpHeaders.createOptimized("retry-after-ms")
    };

    private static final RateHeaders REQUESTS = new RateHeaders("requests");
    private static final RateHeaders TOKENS = new RateHeaders("tokens");

    private Headers() {}

    /** Names of headers; see https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers. */
    private record RateHeaders(CharSequence limit, CharSequence remaining, CharSequence reset) {
        RateHeaders(String meter) {
            this(
                    HttpHeaders.createOptimized("x-ratelimit-limit-" + meter),
                    HttpHeaders.createOptimized("x-ratelimit-remaining-" + meter),
                    HttpHeaders.createOptimized("x-ratelimit-reset-" + meter));
        }

        /** Says how {@code standing} is; nothing without one. */
        void set(@Nullable Standing standing, long nowMillis, MultiMap headers) {
            if (standing != null) {
                headers.set(limit, Long.toString(standing.limit().cap()));
                headers.set(remaining, Long.toString(standing.remaining()));
                long millis = Math.max(0, standing.resetsAtMillis() - nowMillis);
                headers.set(reset, millis < 1_000 ? millis + "ms" : Math.ceilDiv(millis, 1_000L) + "s");
            }
        }
    }

    /** Sets the head of the answer that {@code response} becomes. */
    static void answer(Exchange exchange, Attempt attempt, ProviderCall answer) {
        MultiMap headers = exchange.response().headers();
        for (CharSequence name : RELAYED) {
            String value = answer.header(name);
            if (value != null) {
                headers.set(name, value);
            }
        }
        mizan(exchange, attempt, headers);
    }

    /** Says how the caller stands with the tightest limits per minute, and what limits have changed of the call. */
    private static void limits(Exchange exchange, MultiMap headers) {
        if (exchange.isDegraded()) {
            headers.set(DEGRADED, exchange.alias.name());
        }
        if (exchange.clampedTo() >= 0) {
            headers.set(CLAMPED, Long.toString(exchange.clampedTo()));
        }
        Hold hold = exchange.hold;
        if (hold == null || !exchange.limits().hasRates()) {
            return;
        }
        Standing requests = null;
        Standing tokens = null;
        for (Standing standing : hold.standings()) {
            if (CallLimits.isRate(standing.limit())) {
                switch (standing.limit().meter()) {
                    case REQUESTS -> requests = tighter(requests, standing);
                    case TOKENS -> tokens = tighter(tokens, standing);
                    default -> {}
                }
            }
        }
        REQUESTS.set(requests, hold.admittedAtMillis(), headers);
        TOKENS.set(tokens, hold.admittedAtMillis(), headers);
    }

    private static Standing tighter(@Nullable Standing known, Standing other) {
        return known == null || other.remaining() < known.remaining() ? other : known;
    }

    /** Sets what Mizan says of an answer. */
    static void mizan(Exchange exchange, Attempt attempt, MultiMap headers) {
        headers.set(Answers.REQUEST_ID, exchange.arrival.requestId());
        headers.set(MODEL, attempt.deployment.model());
        headers.set(PROVIDER, attempt.deployment.provider());
        headers.set(DEPLOYMENT, attempt.deployment.id());
        headers.set(ATTEMPTS, Integer.toString(exchange.attempts()));
        headers.set(CACHE, MISS);
        if (!exchange.complexity().isEmpty()) {
            headers.set(COMPLEXITY, exchange.complexity());
        }
        if (!exchange.guarded.isEmpty()) {
            headers.set(GUARDED, String.join(", ", exchange.guarded));
        }
        limits(exchange, headers);
    }

    /**
     * What is called, with what the caller says of it.
     *
     * @param called the operation that is called; null if none is
     * @param keyTags the tags of the caller's key: they come first, and the caller can't take them away
     */
    static Call call(
            HttpServerRequest http,
            CallRequest request,
            @Nullable Operation called,
            String alias,
            List<String> keyTags) {
        MultiMap headers = http.headers();
        String operation = called == null ? attribute(headers, OPERATION) : called.name();
        return new Call(
                called == null ? request.route().path() : called.path(),
                operation.isEmpty() ? request.route().operation() : operation,
                attribute(headers, DOCUMENT_TYPE),
                attribute(headers, CHAT_ID),
                attribute(headers, MESSAGE_ID),
                tags(headers, keyTags),
                request.model(),
                alias,
                request.route().dialect(),
                request.streaming());
    }

    private static String attribute(MultiMap headers, CharSequence name) {
        String value = headers.get(name);
        if (value == null) {
            return "";
        }
        if (value.length() > ATTRIBUTE_LENGTH_MAX) {
            throw Refusal.field(
                            name.toString(),
                            "'" + name + "' has " + value.length() + " characters (expected: at most "
                                    + ATTRIBUTE_LENGTH_MAX + ").")
                    .thrown();
        }
        return value;
    }

    private static List<String> tags(MultiMap headers, List<String> keyTags) {
        String value = headers.get(TAGS);
        if (value == null || value.isBlank()) {
            return keyTags;
        }
        List<String> tags = new ArrayList<>(keyTags);
        for (String part : value.split(",", -1)) {
            String tag = part.strip();
            if (!tag.isEmpty() && !tags.contains(tag)) {
                tags.add(tag);
            }
        }
        if (tags.size() > keyTags.size() + TAGS_MAX || value.length() > TAGS_MAX * ATTRIBUTE_LENGTH_MAX) {
            throw Refusal.field(TAGS.toString(), "'" + TAGS + "' names too many (expected: at most " + TAGS_MAX + ").")
                    .thrown();
        }
        return tags;
    }
}
