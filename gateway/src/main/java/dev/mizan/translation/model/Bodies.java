package dev.mizan.translation.model;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.wire.Slice;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Bodies that providers send. */
public final class Bodies {
    private Bodies() {}

    /**
     * An answer's JSON.
     *
     * @param fields of which every answer has one
     * @throws dev.mizan.dialect.RefusedException (502) if it is no JSON, or an error instead of an answer
     */
    public static JsonNode answer(Slice body, String... fields) {
        JsonNode root;
        try {
            root = JsonTree.read(body);
        } catch (JacksonException e) {
            throw Refusal.of(ErrorCode.UPSTREAM_ERROR, "The provider's answer is not valid JSON.")
                    .thrown();
        }
        if (Arrays.stream(fields).noneMatch(root::has)) {
            throw Refusal.of(
                            ErrorCode.UPSTREAM_ERROR,
                            root.has("error")
                                    ? Problem.of(0, root).message()
                                    : "The provider's answer has no '" + fields[0] + "'.")
                    .thrown();
        }
        return root;
    }
}
