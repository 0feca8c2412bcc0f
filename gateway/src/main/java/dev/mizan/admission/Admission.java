package dev.mizan.admission;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import java.util.Optional;

/** Whether a call may be made. */
public final class Admission {
    private Admission() {}

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

    /**
     * The refusal of a model whose price is not known.
     *
     * @param limitsMoney whether it is refused since a limit of money applies
     */
    public static RefusedException unpricedModel(String model, boolean limitsMoney) {
        String why = limitsMoney ? "a limit of money applies to this call" : "'unpriced: block' is set";
        return new Refusal(
                        ErrorCode.UNPRICED_MODEL,
                        "No price is known for model '" + model + "' (expected: a priced model; " + why + ").",
                        "model",
                        0)
                .thrown();
    }

    /** The refusal of a call whose use nobody can bound, because of {@code field}. */
    public static RefusedException unbounded(String field) {
        return Refusal.field(
                        field,
                        "'" + field + "' makes it unknown what the call will use at most, and a worst-case limit"
                                + " applies to it (expected: a call without it; or 'unbounded: allow').")
                .thrown();
    }

    /** Throws {@link RefusedException} if what the key's holders allow does not cover the call. */
    public static void checkMembership(Membership membership, String alias, String path, String address) {
        if (!membership.blocked().isEmpty()) {
            throw Refusal.of(ErrorCode.KEY_BLOCKED, "Refused: " + membership.blocked() + ".")
                    .thrown();
        }
        if (!membership.allows(alias)) {
            throw new Refusal(
                            ErrorCode.MODEL_NOT_ALLOWED,
                            "This caller may not call model '" + alias + "' (expected: one of GET /v1/models).",
                            "model",
                            0)
                    .thrown();
        }
        if (!membership.endpoints().isEmpty() && !membership.endpoints().contains(path)) {
            throw Refusal.of(
                            ErrorCode.PERMISSION_DENIED,
                            "This key may not call " + path + " (expected: one of " + membership.endpoints() + ").")
                    .thrown();
        }
        if (!membership.networks().isEmpty()
                && membership.networks().stream().noneMatch(network -> Networks.contains(network, address))) {
            throw Refusal.of(ErrorCode.PERMISSION_DENIED, "This key may not be used from " + address + ".")
                    .thrown();
        }
    }

    /** Calls of {@code path} can't be answered by a provider of {@code kind}. */
    public static RuntimeException notServed(String alias, String path, String kind) {
        return Refusal.field(
                        "model",
                        "The model '" + alias + "' can't be called by " + path + ": a provider of kind " + kind
                                + " answers it (expected: another path, or another model).")
                .thrown();
    }
}
