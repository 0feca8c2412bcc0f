package dev.mizan.ledger;

/**
 * Who called: the chain tenant → team → user → key, the end-user the caller named, and what they hold.
 *
 * <p>An empty string means that there is none. Tenant, team, user and key come from the key alone.
 *
 * @param keyId the public id of the key (never the key itself, nor its hash); {@code master} for the master key
 */
public record Principal(
        String tenant, String team, String user, String keyId, String endUser, String licence, String plan) {
    /** The caller that holds the master key. */
    public static final Principal MASTER = new Principal("default", "", "", "master", "", "", "");

    /** This principal, calling for {@code endUser}. */
    public Principal withEndUser(String endUser) {
        return endUser.equals(this.endUser) ? this : new Principal(tenant, team, user, keyId, endUser, licence, plan);
    }

    /** This principal, holding {@code plan}. */
    public Principal withPlan(String plan) {
        return plan.equals(this.plan) ? this : new Principal(tenant, team, user, keyId, endUser, licence, plan);
    }
}
