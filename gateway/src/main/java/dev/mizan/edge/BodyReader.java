package dev.mizan.edge;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.wire.Slice;
import dev.mizan.wire.SliceJoiner;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.streams.ReadStream;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Reads a body whole, within a bound. One arrival of bytes is not copied. Use on the event loop of the stream. */
public final class BodyReader {
    private final Promise<Slice> promise = Promise.promise();
    private final int bytesMax;
    private final SliceJoiner collected = new SliceJoiner();
    private boolean done;

    private BodyReader(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * Reads the request's body.
     *
     * @param bytesMax the longest body, in bytes
     * @param progress runs whenever bytes arrive
     * @return fails with {@link ErrorCode#REQUEST_TOO_LARGE} as soon as the body is known to be longer
     */
    public static Future<Slice> read(HttpServerRequest request, int bytesMax, Runnable progress) {
        String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        if (length != null && (length.length() > 18 || Long.parseLong(length) > bytesMax)) {
            return Future.failedFuture(tooLarge(bytesMax).thrown());
        }
        return read(request, BodyReader::add, bytesMax, () -> tooLarge(bytesMax), progress);
    }

    /**
     * Reads {@code stream} to its end; fails with {@code tooLong} beyond {@code bytesMax}.
     *
     * @param progress runs whenever bytes arrive
     */
    public static Future<Slice> read(
            ReadStream<Slice> stream, int bytesMax, Supplier<Refusal> tooLong, Runnable progress) {
        return read(stream, SliceJoiner::add, bytesMax, tooLong, progress);
    }

    private static <T> Future<Slice> read(
            ReadStream<T> stream,
            BiConsumer<SliceJoiner, T> adding,
            int bytesMax,
            Supplier<Refusal> tooLong,
            Runnable progress) {
        BodyReader reader = new BodyReader(bytesMax);
        stream.handler(part -> {
            progress.run();
            reader.take(part, adding, tooLong);
        });
        stream.exceptionHandler(reader::fail);
        stream.endHandler(end -> reader.end());
        return reader.promise.future();
    }

    /** Vert.x hands buffers on that are in arrays of their own, or nobody's. */
    private static void add(SliceJoiner to, Buffer part) {
        to.add(((BufferInternal) part).getByteBuf());
    }

    private static Refusal tooLarge(int bytesMax) {
        return Refusal.of(
                ErrorCode.REQUEST_TOO_LARGE, "The body is too large (expected: at most " + bytesMax + " bytes).");
    }

    private <T> void take(T part, BiConsumer<SliceJoiner, T> adding, Supplier<Refusal> tooLong) {
        if (done) {
            return;
        }
        adding.accept(collected, part);
        if (collected.length() > bytesMax) {
            fail(tooLong.get().thrown());
        }
    }

    private void end() {
        if (!done) {
            done = true;
            promise.complete(collected.take());
        }
    }

    private void fail(Throwable cause) {
        if (!done) {
            done = true;
            var _ = collected.take();
            promise.fail(cause);
        }
    }
}
