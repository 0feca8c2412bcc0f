package dev.mizan.batch;

import dev.mizan.admission.Admission;
import dev.mizan.batch.ProviderFiles.Said;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import dev.mizan.provider.ProviderSettings;
import dev.mizan.relay.Snapshot;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What callers ask of their files and batches. Nobody sees another key's. Blocking; safe for use by many threads. */
final class BatchCalls {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int LISTED_MAX = 100;
    private static final int CHUNK_BYTES = 64 << 10;

    private final BatchParts parts;
    private final ProviderFiles files;
    private final Submission submission;
    private final Settlement settlement;

    BatchCalls(BatchParts parts, ProviderFiles files, Submission submission, Settlement settlement) {
        this.parts = parts;
        this.files = files;
        this.submission = submission;
        this.settlement = settlement;
    }

    /** Checks an input file, rewrites it for its provider and passes it on. */
    Said upload(Key key, String address, Uploads.Upload upload) throws IOException {
        Snapshot snapshot = parts.snapshot().get();
        Membership membership = parts.directory().of(key);
        Path rewritten = upload.path().resolveSibling(upload.path().getFileName() + ".out");
        try {
            InputFile.Read read = new InputFile(
                            snapshot,
                            (alias, path) -> {
                                Admission.checkModel(key, alias);
                                Admission.checkMembership(membership, alias, path, address);
                            },
                            parts.clock().millis())
                    .read(upload.path(), rewritten);
            ProviderSettings provider = snapshot.provider(read.deployment().provider());
            Said said = files.upload(provider, rewritten, upload.name());
            if (said.isOk()) {
                parts.store()
                        .add(new BatchFile(
                                JSON.readTree(said.body()).path("id").asString(""),
                                key.id(),
                                provider.name(),
                                read.alias().name(),
                                read.deployment().id(),
                                read.bound(),
                                said.body(),
                                parts.clock().millis()));
            }
            return said;
        } finally {
            Files.deleteIfExists(rewritten);
        }
    }

    Said submit(Submission.Asked asked) {
        return submission.submit(asked);
    }

    Said files(Key key) {
        return list(parts.store().files(key.id(), LISTED_MAX).stream()
                .map(BatchFile::json)
                .toList());
    }

    /** As each was when it was last looked at. */
    Said batches(Key key) {
        return list(parts.store().batches(key.id(), LISTED_MAX).stream()
                .map(Batch::json)
                .toList());
    }

    private static Said list(List<String> rows) {
        ObjectNode list = JSON.createObjectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        rows.forEach(row -> data.add(JSON.readTree(row)));
        list.set("first_id", data.path(0).path("id"));
        list.set("last_id", data.path(Math.max(0, data.size() - 1)).path("id"));
        list.put("has_more", false);
        return new Said(200, list.toString());
    }

    Said file(Key key, String id) throws IOException {
        BatchFile file = ownFile(key, id);
        return files.get(provider(file.provider()), "/files/" + id);
    }

    Said delete(Key key, String id) throws IOException {
        BatchFile file = ownFile(key, id);
        Said said = files.delete(provider(file.provider()), "/files/" + id);
        if (said.isOk() || said.status() == 404) {
            parts.store().deleteFile(id);
        }
        return said;
    }

    /** The batch as it is now; one that has ended is "finalizing" until its answers are booked. */
    Said batch(Key key, String id) throws IOException {
        Batch batch = ownBatch(key, id);
        Batch now = settlement.look(batch);
        JsonNode json = JSON.readTree(now.json());
        if (now.isOpen() && Settlement.hasEnded(json)) {
            ObjectNode finalizing = ((ObjectNode) json).put("status", "finalizing");
            finalizing.putNull("output_file_id").putNull("error_file_id");
            return new Said(200, finalizing.toString());
        }
        return new Said(200, now.json());
    }

    Said cancel(Key key, String id) throws IOException {
        Batch batch = ownBatch(key, id);
        return files.post(provider(batch.provider()), "/batches/" + id + "/cancel", "{}");
    }

    /** Streams the content of a file to the caller, as fast as it takes it. */
    boolean content(Key key, String id, HttpServerResponse response) throws IOException {
        BatchFile file = ownFile(key, id);
        HttpResponse<InputStream> content = files.content(provider(file.provider()), id);
        try (InputStream in = content.body()) {
            response.setStatusCode(content.statusCode())
                    .putHeader(
                            HttpHeaders.CONTENT_TYPE,
                            content.headers().firstValue("content-type").orElse("application/octet-stream"))
                    .setChunked(true);
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                Reserving.await(response.write(Buffer.buffer(Arrays.copyOf(chunk, read))));
            }
            Reserving.await(response.end());
        } catch (IOException | RuntimeException e) {
            // The caller must not take half a file for a whole one.
            if (response.headWritten()) {
                response.reset();
            }
            throw e;
        }
        return true;
    }

    private ProviderSettings provider(String name) {
        return parts.snapshot().get().provider(name);
    }

    private BatchFile ownFile(Key key, String id) {
        return parts.store()
                .file(id)
                .filter(file -> file.keyId().equals(key.id()))
                .orElseThrow(() -> none("file", id));
    }

    private Batch ownBatch(Key key, String id) {
        return parts.store()
                .batch(id)
                .filter(batch -> batch.keyId().equals(key.id()))
                .orElseThrow(() -> none("batch", id));
    }

    private static RefusedException none(String what, String id) {
        return Refusal.of(ErrorCode.NOT_FOUND, "There is no " + what + " '" + id + "' of this key.")
                .thrown();
    }
}
