package dev.mizan.admission;

import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.identity.Key;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.util.Optional;

/** Whether a call may be made, and the most that it may use. */
public final class Admission {
    /** Tokens that a chat format adds for each message, and once for the answer's start. */
    private static final int TOKENS_PER_MESSAGE = 8;

    private Admission() {}

    /**
     * The most that one attempt may use: its input by the bytes of the body, since no tokenizer makes more tokens than
     * bytes, its output by what is sent upstream as its limit.
     *
     * @param outputTokensMax tokens of one answer where the caller set no limit
     */
    public static Usage bound(CallRequest request, long outputTokensMax) {
        long input = request.body().length() + (long) TOKENS_PER_MESSAGE * (request.messages() + 1);
        long output = 0;
        if (request.route() != Route.EMBEDDINGS) {
            long perChoice = request.maxOutputTokens() >= 0 ? request.maxOutputTokens() : outputTokensMax;
            output = perChoice * request.choices();
        }
        return Usage.builder()
                .set(Unit.INPUT, input)
                .set(Unit.OUTPUT, output)
                .set(Unit.REQUESTS, 1)
                .build();
    }

    /** Why a call with {@code key} is refused; empty if it is not. */
    public static Optional<Refusal> refuseKey(Optional<Key> key, long nowMillis) {
        if (key.isEmpty()) {
            return Optional.of(Refusal.of(
                    ErrorCode.INVALID_API_KEY,
                    "The API key is missing or unknown (expected: a key of this gateway, e.g. as"
                            + " 'Authorization: Bearer sk-…')."));
        }
        if (key.get().isLicence()) {
            return refuseLicence(key.get(), nowMillis);
        }
        if (key.get().blocked()) {
            return Optional.of(Refusal.of(ErrorCode.KEY_BLOCKED, "The API key is blocked."));
        }
        if (key.get().isExpired(nowMillis)) {
            return Optional.of(Refusal.of(ErrorCode.KEY_EXPIRED, "The API key has expired."));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refuseLicence(Key licence, long nowMillis) {
        if (licence.blocked()) {
            return Optional.of(Refusal.of(
                    ErrorCode.LICENCE_INVALID,
                    "The licence is not valid (expected: one that was issued here and is not revoked)."));
        }
        if (licence.isExpired(nowMillis)) {
            return Optional.of(Refusal.of(ErrorCode.LICENCE_EXPIRED, "The licence has expired."));
        }
        return Optional.empty();
    }

    /** Throws {@link RefusedException} if {@code key} may not call {@code alias}. */
    public static void checkModel(Key key, String alias) {
        if (!key.allows(alias)) {
            throw new Refusal(
                            ErrorCode.MODEL_NOT_ALLOWED,
                            "The API key may not call model '" + alias + "' (expected: one of " + key.models() + ").",
                            "model",
                            0)
                    .thrown();
        }
    }

    /** The refusal of a model that no alias has. */
    public static RefusedException unknownModel(String model) {
        String shown = model.length() <= 100 ? model : model.substring(0, 100) + "…";
        return new Refusal(
                        ErrorCode.MODEL_NOT_FOUND,
                        "The model '" + shown + "' does not exist (expected: one of GET /v1/models).",
                        "model",
                        0)
                .thrown();
    }

    /** The refusal of a model whose price is not known, where the configuration says so. */
    public static RefusedException unpricedModel(String model) {
        return new Refusal(
                        ErrorCode.UNPRICED_MODEL,
                        "No price is known for model '" + model
                                + "' (expected: a priced model; 'unpriced: block' is set).",
                        "model",
                        0)
                .thrown();
    }
}
