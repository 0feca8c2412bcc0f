package dev.mizan.limit;

import java.util.Locale;
import java.util.Optional;

/**
 * What a limit is attached to: one tenant, one key, one model, or all of them together.
 *
 * <p>An end-user belongs to a tenant: its id is the tenant's and its own, joined by {@link #SEPARATOR}, so that two
 * tenants may use the same names; see {@link #endUser}.
 *
 * @param id which one; empty for {@link Kind#GLOBAL}, {@link #ANY} for "each of its own" in a limit that is a pattern
 */
public record Subject(Kind kind, String id) {
    /** The id of a pattern: every subject of the kind has the limit, each for itself. */
    public static final String ANY = "*";

    /** Between the two parts of a joined id. The first part never has it. */
    public static final char SEPARATOR = '\t';

    /** Everything that the gateway does. */
    public static final Subject GLOBAL = new Subject(Kind.GLOBAL, "");

    /** The kinds of subject. */
    public enum Kind {
        GLOBAL,
        TENANT,
        TEAM,
        USER,
        KEY,
        END_USER,
        MODEL,
        PROVIDER,
        /** One deployment of an alias: its own rate limits. */
        DEPLOYMENT,
        ENDPOINT,
        TAG,
        /** A key's calls to one model alias; see {@link #onModel}. */
        KEY_MODEL,
        /** A user's calls to one model alias. */
        USER_MODEL,
        /** A team's calls to one model alias. */
        TEAM_MODEL,
        /** A user's calls for one team; see {@link #member}. */
        TEAM_USER;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The name in the configuration, in JSON and in columns. */
        public String label() {
            return label;
        }

        /**
         * Whether its money limits count what calls cost the operator; the others count what the caller is charged
         * (rule 1 of the promise).
         */
        public boolean countsProviderCost() {
            return switch (this) {
                case GLOBAL, MODEL, PROVIDER, DEPLOYMENT -> true;
                case TENANT, TEAM, USER, KEY, END_USER, ENDPOINT, TAG -> false;
                case KEY_MODEL, USER_MODEL, TEAM_MODEL, TEAM_USER -> false;
            };
        }
    }

    public Subject {
        if ((kind == Kind.GLOBAL) != id.isEmpty()) {
            throw new IllegalArgumentException("subject: '" + kind.label() + ":" + id
                    + "' (expected: global without an id, any other kind with one)");
        }
    }

    /** The subject written as {@code global}, {@code tenant:acme}, {@code tenant:*}; empty if {@code text} is none. */
    public static Optional<Subject> parse(String text) {
        int colon = text.indexOf(':');
        String kind = (colon < 0 ? text : text.substring(0, colon)).replace('-', '_');
        String id = colon < 0 ? "" : text.substring(colon + 1);
        for (Kind known : Kind.values()) {
            if (known.label().equals(kind) && (known == Kind.GLOBAL) == id.isEmpty()) {
                return Optional.of(new Subject(known, id));
            }
        }
        return Optional.empty();
    }

    /**
     * The calls of this key, user or team to {@code alias} alone. The two ids are joined by a tab, which neither has.
     *
     * @throws IllegalArgumentException if it is another kind of subject
     */
    public Subject onModel(String alias) {
        Kind joined =
                switch (kind) {
                    case KEY -> Kind.KEY_MODEL;
                    case USER -> Kind.USER_MODEL;
                    case TEAM -> Kind.TEAM_MODEL;
                    default ->
                        throw new IllegalArgumentException("subject: '" + this + "' (expected: a key, user or team)");
                };
        return new Subject(joined, id + SEPARATOR + alias);
    }

    /** The end-user that {@code tenant}'s callers name {@code endUser}. */
    public static Subject endUser(String tenant, String endUser) {
        return new Subject(Kind.END_USER, tenant + SEPARATOR + endUser);
    }

    /** What {@code user} does for {@code team} alone. */
    public static Subject member(String team, String user) {
        return new Subject(Kind.TEAM_USER, team + SEPARATOR + user);
    }

    /** Whether every subject of the kind is meant. */
    public boolean isPattern() {
        return id.equals(ANY);
    }

    /** As in the configuration: {@code global}, {@code tenant:acme}. */
    @Override
    public String toString() {
        return kind == Kind.GLOBAL ? kind.label() : kind.label() + ":" + id;
    }
}
