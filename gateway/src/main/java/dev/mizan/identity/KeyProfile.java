package dev.mizan.identity;

import java.util.List;

/**
 * What an operator sets of a virtual key. An empty string means that there is none.
 *
 * @param alias its name, unique among the keys that are not deleted
 * @param allowance how much it may use, and from where
 * @param models aliases it may call; empty for all
 * @param tags tags that its calls carry
 * @param metadata the operator's own, the text of a JSON object
 * @param settings fields that were accepted but are not acted on, the text of a JSON object
 * @param blocked whether it is refused for now
 * @param expiresAtMillis Unix milliseconds; {@link Long#MAX_VALUE} for never
 */
public record KeyProfile(
        String alias,
        String tenant,
        String team,
        String user,
        String plan,
        Allowance allowance,
        List<String> models,
        List<String> tags,
        String metadata,
        String settings,
        boolean blocked,
        long expiresAtMillis) {
    /** What a key is where nothing is said: of the tenant {@code default}, for all models, for ever. */
    public static final KeyProfile DEFAULT =
            new KeyProfile("", "default", "", "", "", List.of(), List.of(), "{}", "{}", false, Long.MAX_VALUE);

    public KeyProfile {
        models = List.copyOf(models);
        tags = List.copyOf(tags);
    }

    /** What an operator sets of a key that has no limits of its own. */
    public KeyProfile(
            String alias,
            String tenant,
            String team,
            String user,
            String plan,
            List<String> models,
            List<String> tags,
            String metadata,
            String settings,
            boolean blocked,
            long expiresAtMillis) {
        this(
                alias,
                tenant,
                team,
                user,
                plan,
                Allowance.NONE,
                models,
                tags,
                metadata,
                settings,
                blocked,
                expiresAtMillis);
    }

    /** The same, blocked or not. */
    public KeyProfile withBlocked(boolean blocked) {
        return new KeyProfile(
                alias, tenant, team, user, plan, allowance, models, tags, metadata, settings, blocked, expiresAtMillis);
    }
}
