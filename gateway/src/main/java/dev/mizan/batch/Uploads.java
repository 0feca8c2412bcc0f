package dev.mizan.batch;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Takes uploaded files to the disk as they come, whatever their size up to {@link #FILE_BYTES_MAX}. */
final class Uploads {
    /** As much as OpenAI takes (https://platform.openai.com/docs/guides/batch). */
    static final long FILE_BYTES_MAX = 200_000_000;

    /** How many come at the same time. */
    static final int AT_ONCE_MAX = 16;

    private final Vertx vertx;
    private final Path spool;
    private final AtomicInteger coming = new AtomicInteger();

    /**
     * A file that came; close it.
     *
     * @param path where it is; gone once it is closed
     * @param name what the caller calls it
     */
    record Upload(Path path, String name) implements AutoCloseable {
        @Override
        public void close() {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Uploads(Vertx vertx, Path spool) {
        this.vertx = vertx;
        this.spool = spool;
        try {
            Files.createDirectories(spool);
            try (var left = Files.newDirectoryStream(spool)) {
                // Of a process that was killed.
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file in the form that {@code request} sends; called on its event loop. */
    Future<Upload> take(HttpServerRequest request) {
        if (coming.incrementAndGet() > AT_ONCE_MAX) {
            coming.decrementAndGet();
            return Future.failedFuture(
                    new Refusal(ErrorCode.OVERLOADED, "Too many files are being uploaded; try again.", "", 1).thrown());
        }
        request.pause();
        Path path = spool.resolve(UUID.randomUUID() + ".jsonl");
        return vertx.fileSystem()
                .open(path.toString(), new OpenOptions().setCreateNew(true).setWrite(true))
                .compose(file -> receive(request, path, file))
                .onFailure(cause -> new Upload(path, "").close())
                .onComplete(taken -> coming.decrementAndGet());
    }

    private static Future<Upload> receive(HttpServerRequest request, Path path, AsyncFile file) {
        Promise<Upload> taken = Promise.promise();
        StringBuilder name = new StringBuilder();
        AtomicLong bytes = new AtomicLong();
        request.setExpectMultipart(true);
        request.uploadHandler(upload -> {
            if (upload.name().equals("file") && name.isEmpty()) {
                name.append(Objects.requireNonNullElse(upload.filename(), "file.jsonl"))
                        .append(' ');
                upload.handler(buffer -> write(upload, buffer, file, bytes, taken));
            }
        });
        AtomicBoolean isClosed = new AtomicBoolean();
        request.exceptionHandler(taken::tryFail);
        taken.future().onFailure(cause -> {
            if (isClosed.compareAndSet(false, true)) {
                file.close();
            }
        });
        request.endHandler(end -> closed(file, isClosed).onComplete(closed -> {
            String purpose = request.getFormAttribute("purpose");
            if (name.isEmpty()) {
                taken.tryFail(Refusal.field("file", "'file' is missing (expected: a form with a file).")
                        .thrown());
            } else if (!"batch".equals(purpose)) {
                taken.tryFail(Refusal.field("purpose", "'purpose' is '" + purpose + "' (expected: batch).")
                        .thrown());
            } else {
                taken.tryComplete(new Upload(path, name.toString().strip()));
            }
        }));
        request.resume();
        return taken.future();
    }

    private static Future<Void> closed(AsyncFile file, AtomicBoolean isClosed) {
        return isClosed.compareAndSet(false, true) ? file.close() : Future.succeededFuture();
    }

    private static void write(
            HttpServerFileUpload upload, Buffer buffer, AsyncFile file, AtomicLong bytes, Promise<Upload> taken) {
        if (taken.future().isComplete()) {
            return;
        }
        if (bytes.addAndGet(buffer.length()) > FILE_BYTES_MAX) {
            taken.tryFail(Refusal.of(
                            ErrorCode.REQUEST_TOO_LARGE,
                            "The file is too large (expected: at most " + FILE_BYTES_MAX + " bytes).")
                    .thrown());
            return;
        }
        file.write(buffer).onFailure(taken::tryFail);
        if (file.writeQueueFull()) {
            upload.pause();
            file.drainHandler(drained -> upload.resume());
        }
    }
}
