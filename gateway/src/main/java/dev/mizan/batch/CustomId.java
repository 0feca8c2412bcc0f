package dev.mizan.batch;

import com.github.f4b6a3.ulid.Ulid;
import dev.mizan.dialect.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a caller names a line of a batch, and the id that the ledger's line of its answer has: always the same. */
final class CustomId {
    private static final int LENGTH_MAX = 512;

    private CustomId() {}

    /** The text of the JSON string {@code json}. */
    static String text(byte[] json) {
        JsonNode value = JsonMapper.shared().readTree(json);
        if (!value.isString() || value.asString().isEmpty() || value.asString().length() > LENGTH_MAX) {
            throw Refusal.field("custom_id", "'custom_id' is no text of 1 to " + LENGTH_MAX + " characters.")
                    .thrown();
        }
        return value.asString();
    }

    /**
     * The id of the line that stands for {@code name} in {@code batch}.
     *
     * @param atMillis when the batch was admitted, Unix milliseconds
     */
    static String lineId(String batch, String name, long atMillis) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest((batch + '\0' + name).getBytes(StandardCharsets.UTF_8));
            return new Ulid(atMillis, Arrays.copyOf(hash, Ulid.RANDOM_BYTES)).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
