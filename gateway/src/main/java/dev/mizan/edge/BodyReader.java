package dev.mizan.edge;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.wire.Slice;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.streams.ReadStream;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads a body whole, within a bound. One arrival of bytes is not copied. Use on the event loop of the stream. */
public final class BodyReader {
    private final Promise<Slice> promise = Promise.promise();
    private final int bytesMax;
    private Slice collected = Slice.of(new byte[0]);
    private boolean owned;
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
        return read(request, BodyReader::slice, bytesMax, () -> tooLarge(bytesMax), progress);
    }

    /**
     * Reads {@code stream} to its end; fails with {@code tooLong} beyond {@code bytesMax}.
     *
     * @param progress runs whenever bytes arrive
     */
    public static Future<Slice> read(
            ReadStream<Slice> stream, int bytesMax, Supplier<Refusal> tooLong, Runnable progress) {
        return read(stream, Function.identity(), bytesMax, tooLong, progress);
    }

    private static <T> Future<Slice> read(
            ReadStream<T> stream,
            Function<T, Slice> bytes,
            int bytesMax,
            Supplier<Refusal> tooLong,
            Runnable progress) {
        BodyReader reader = new BodyReader(bytesMax);
        stream.handler(part -> {
            progress.run();
            reader.take(bytes.apply(part), tooLong);
        });
        stream.exceptionHandler(reader::fail);
        stream.endHandler(end -> reader.end());
        return reader.promise.future();
    }

    /** The bytes of {@code buffer}, not copied where they are in an array. */
    private static Slice slice(Buffer buffer) {
        ByteBuf bytes = ((BufferInternal) buffer).getByteBuf();
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.readerIndex();
            return new Slice(bytes.array(), from, from + bytes.readableBytes());
        }
        return Slice.of(buffer.getBytes());
    }

    private static Refusal tooLarge(int bytesMax) {
        return Refusal.of(
                ErrorCode.REQUEST_TOO_LARGE, "The body is too large (expected: at most " + bytesMax + " bytes).");
    }

    private void take(Slice next, Supplier<Refusal> tooLong) {
        if (done) {
            return;
        }
        if (collected.length() == 0) {
            collected = next;
        } else {
            append(next);
        }
        if (collected.length() > bytesMax) {
            fail(tooLong.get().thrown());
        }
    }

    private void append(Slice next) {
        int length = collected.length() + next.length();
        byte[] target = collected.array();
        if (!owned || length > target.length) {
            int capacity = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(length, collected.length() * 2L));
            target = Arrays.copyOf(collected.toBytes(), capacity);
            owned = true;
        }
        System.arraycopy(next.array(), next.from(), target, collected.length(), next.length());
        collected = new Slice(target, 0, length);
    }

    private void end() {
        if (!done) {
            done = true;
            promise.complete(collected);
        }
    }

    private void fail(Throwable cause) {
        if (!done) {
            done = true;
            collected = Slice.of(new byte[0]);
            promise.fail(cause);
        }
    }
}
