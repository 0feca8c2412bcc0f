package dev.mizan.identity;

import dev.mizan.identity.StoredKey.Trail;
import java.util.List;
import java.util.Locale;

/**
 * Somebody or something that is managed beside keys, as it is stored: who holds keys, who is called for, and what
 * holders share.
 *
 * @param id unique among its kind; see {@link #customerId} for customers
 * @param revision grows with each change of any key or holder; set by the store
 */
public record Holder(Kind kind, String id, Profile profile, Trail trail, long revision) implements Limited {
    /** What there is. */
    public enum Kind {
        TENANT,
        TEAM,
        USER,
        /** An end-user of a tenant. */
        CUSTOMER,
        /** Limits that holders share, each counted for itself. */
        BUDGET,
        /** Limits and models with a price. */
        PLAN,
        /** What calls are marked with. */
        TAG;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The name in columns, in the audit log and in refusals. */
        public String label() {
            return label;
        }
    }

    /**
     * What an operator sets. An empty string means that there is none.
     *
     * @param alias its name for people
     * @param tenant whose it is; of a customer empty for that of every tenant
     * @param plan the name of its plan
     * @param models aliases it may call; empty for all
     * @param metadata the operator's own, the text of a JSON object
     * @param details what else its kind has, and fields that were accepted but are not acted on: a JSON object's text
     */
    public record Profile(
            String alias,
            String email,
            String tenant,
            String plan,
            List<String> models,
            Allowance allowance,
            String metadata,
            String details,
            boolean blocked) {
        /** Where nothing is said. */
        public static final Profile DEFAULT = new Profile("", "", "", "", List.of(), Allowance.NONE, "{}", "{}", false);

        public Profile {
            models = List.copyOf(models);
        }

        /** The same, blocked or not. */
        public Profile withBlocked(boolean blocked) {
            return new Profile(alias, email, tenant, plan, models, allowance, metadata, details, blocked);
        }

        /** The same of another tenant. */
        public Profile withTenant(String tenant) {
            return new Profile(alias, email, tenant, plan, models, allowance, metadata, details, blocked);
        }

        /** The same with other details. */
        public Profile withDetails(String details) {
            return new Profile(alias, email, tenant, plan, models, allowance, metadata, details, blocked);
        }
    }

    /** The id of the customer that {@code tenant} names {@code name}; without a tenant that of every tenant. */
    public static String customerId(String tenant, String name) {
        return tenant + "\t" + name;
    }

    /** What its callers call it: the id, of a customer without its tenant. */
    public String name() {
        return kind == Kind.CUSTOMER ? id.substring(id.indexOf('\t') + 1) : id;
    }

    @Override
    public Allowance allowance() {
        return profile.allowance();
    }

    @Override
    public String plan() {
        return profile.plan();
    }

    @Override
    public List<String> models() {
        return profile.models();
    }

    /** The same at another revision. */
    public Holder withRevision(long revision) {
        return new Holder(kind, id, profile, trail, revision);
    }

    public boolean isDeleted() {
        return trail.deletedAtMillis() != 0;
    }

    /** For people: {@code user ayse}. */
    @Override
    public String toString() {
        return kind.label() + " " + name();
    }
}
