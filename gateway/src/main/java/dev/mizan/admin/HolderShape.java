package dev.mizan.admin;

import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a kind of holder looks in requests and answers, by LiteLLM's names.
 *
 * @param idField the field of its id
 * @param aliasField the field of its name for people; empty if it has none
 * @param limits fields of its allowance
 * @param own other fields that are acted on
 */
record HolderShape(Kind kind, String idField, String aliasField, Set<String> limits, Set<String> own) {
    private static final List<String> HELD = List.of("models", "metadata", "plan", "blocked", "spend");

    static final HolderShape TENANT =
            shape(Kind.TENANT, "organization_id", "organization_alias", AllowanceFields.OF_HOLDER, HELD);

    static final HolderShape TEAM =
            shape(Kind.TEAM, "team_id", "team_alias", AllowanceFields.OF_CALLER, HELD, "tenant", "organization_id");

    static final HolderShape USER = shape(
            Kind.USER,
            "user_id",
            "user_alias",
            AllowanceFields.OF_CALLER,
            HELD,
            "user_email",
            "tenant",
            "organization_id");

    static final HolderShape CUSTOMER =
            shape(Kind.CUSTOMER, "user_id", "alias", AllowanceFields.OF_HOLDER, HELD, "tenant", "organization_id");

    static final HolderShape TAG =
            shape(Kind.TAG, "name", "description", AllowanceFields.OF_HOLDER, List.of("metadata", "blocked", "spend"));

    static final HolderShape BUDGET = shape(Kind.BUDGET, "budget_id", "", AllowanceFields.SHARED, List.of());

    static final HolderShape PLAN =
            shape(Kind.PLAN, "name", "description", AllowanceFields.SHARED, List.of("models", "metadata"), "price");

    HolderShape {
        limits = Set.copyOf(limits);
        own = Set.copyOf(own);
    }

    private static HolderShape shape(
            Kind kind, String idField, String aliasField, Set<String> limits, List<String> fields, String... more) {
        Set<String> own = new HashSet<>(fields);
        own.addAll(List.of(more));
        own.add(idField);
        if (!aliasField.isEmpty()) {
            own.add(aliasField);
        }
        return new HolderShape(kind, idField, aliasField, limits, own);
    }

    /** Whether it belongs to a tenant. */
    boolean hasTenant() {
        return own.contains("tenant");
    }

    boolean has(String field) {
        return own.contains(field);
    }

    /** For logs and refusals. */
    String label() {
        return kind.label();
    }

    /** The id in the store of what {@code fields} name {@code id}. */
    static String stored(Kind kind, String tenant, String id) {
        return kind == Kind.CUSTOMER ? Holder.customerId(tenant, id) : id;
    }
}
