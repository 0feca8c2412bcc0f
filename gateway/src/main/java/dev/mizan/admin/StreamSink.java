package dev.mizan.admin;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes a long answer from a virtual thread, never further ahead of its reader than one piece. Not safe for use by
 * many threads.
 */
final class StreamSink implements Answer.Sink {
    /** A piece is sent once it is this long. */
    static final int PIECE_BYTES = 64 * 1024;

    /** A reader that takes no piece for so long has gone. */
    private static final int STALL_SECONDS_MAX = 60;

    private final HttpServerResponse response;
    private final Context loop;
    private Buffer piece = Buffer.buffer(PIECE_BYTES);

    private StreamSink(HttpServerResponse response, Context loop) {
        this.response = response;
        this.loop = loop;
    }

    /** Writes the answer; ends when it is written, or has failed. */
    static void write(HttpServerResponse response, Context loop, Answer.Streamed answer) {
        StreamSink sink = new StreamSink(response, loop);
        sink.await(() -> {
            response.putHeader(HttpHeaders.CONTENT_TYPE, answer.type())
                    .putHeader("content-disposition", "attachment; filename=\"" + answer.fileName() + "\"")
                    .setChunked(true);
            return Future.succeededFuture();
        });
        answer.writer().write(sink);
        Buffer last = sink.piece;
        sink.await(() -> response.end(last));
    }

    @Override
    public void write(byte[] bytes) {
        piece.appendBytes(bytes);
        if (piece.length() >= PIECE_BYTES) {
            Buffer full = piece;
            piece = Buffer.buffer(PIECE_BYTES);
            await(() -> response.write(full));
        }
    }

    private interface Step {
        Future<Void> take();
    }

    /** Takes a step on the event loop, and waits for it here. */
    private void await(Step step) {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(v -> {
            if (response.closed()) {
                done.fail(new CancellationException("the caller has gone"));
            } else {
                step.take().onComplete(done);
            }
        });
        try {
            done.future().toCompletionStage().toCompletableFuture().get(STALL_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new CallerGoneException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CallerGoneException(e);
        }
    }

    /** The caller does not take the answer any more. */
    static final class CallerGoneException extends RuntimeException {
        private static final long serialVersionUID = 1;

        CallerGoneException(Throwable cause) {
            super("the caller has gone", cause);
        }
    }
}
