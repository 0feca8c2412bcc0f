package dev.mizan.edge;

import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.openai.OpenAiErrors;
import dev.mizan.wire.Slice;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writing answers: buffers over bytes that are not copied, and refusals in the caller's dialect. */
public final class Answers {
    public static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-mizan-request-id");
    public static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence SHOULD_RETRY = HttpHeaders.createOptimized("x-should-retry");
    private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("retry-after");

    private Answers() {}

    /** A buffer over {@code bytes}. */
    public static Buffer buffer(Slice bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes.array(), bytes.from(), bytes.length()));
    }

    /** A buffer of all of {@code parts}, in their order; over them where they lie one behind the other. */
    public static Buffer buffer(List<Slice> parts) {
        Slice first = parts.getFirst();
        int length = first.length();
        boolean isOneRun = true;
        for (int i = 1; i < parts.size(); i++) {
            isOneRun &= parts.get(i - 1).isFollowedBy(parts.get(i));
            length += parts.get(i).length();
        }
        if (isOneRun) {
            return buffer(new Slice(first.array(), first.from(), first.from() + length));
        }
        // Copied once here: a buffer of many would be copied twice on its way out.
        byte[] joined = new byte[length];
        int at = 0;
        for (Slice part : parts) {
            System.arraycopy(part.array(), part.from(), joined, at, part.length());
            at += part.length();
        }
        return buffer(Slice.of(joined));
    }

    /** Answers with {@code refusal} in OpenAI's dialect. */
    public static void refuse(HttpServerResponse response, Refusal refusal) {
        refuse(response, refusal, OpenAiErrors.body(refusal));
    }

    /**
     * Answers with {@code refusal}, told by {@code dialectBody} unless it has its own body. Does nothing if an answer
     * has begun or the caller has gone.
     */
    public static void refuse(HttpServerResponse response, Refusal refusal, byte[] dialectBody) {
        if (response.headWritten() || response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(refusal.status());
        if (refusal.retryAfterSeconds() > 0) {
            response.putHeader(RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
        }
        if (!refusal.retries()) {
            response.putHeader(SHOULD_RETRY, "false");
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        byte[] body = refusal.body().isEmpty() ? dialectBody : refusal.body().getBytes(StandardCharsets.UTF_8);
        response.end(buffer(Slice.of(body)));
    }
}
