package dev.mizan.admission;

import dev.mizan.identity.Membership;
import dev.mizan.ledger.Principal;
import java.util.List;

/**
 * What of a call decides which limits it touches.
 *
 * @param principal who calls, for whom
 * @param membership what the key's holders limit
 * @param endUser what is set of the end-user
 * @param tagged what is set of its tags
 * @param alias the model alias that answers
 * @param endpoint its path
 * @param tags its tags
 */
public record Touch(
        Principal principal,
        Membership membership,
        Membership endUser,
        Membership tagged,
        String alias,
        String endpoint,
        List<String> tags) {
    public Touch {
        tags = List.copyOf(tags);
    }

    /** The same call, answered by another alias. */
    public Touch withAlias(String other) {
        return new Touch(principal, membership, endUser, tagged, other, endpoint, tags);
    }

    /** Memberships are compared as objects: one is good until something of it changes. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
        return other instanceof Touch touch
                && touch.membership == membership
                && touch.endUser == endUser
                && touch.tagged == tagged
                && touch.alias.equals(alias)
                && touch.endpoint.equals(endpoint)
                && touch.principal.equals(principal)
                && touch.tags.equals(tags);
    }

    @Override
    public int hashCode() {
        int hash = principal.keyId().hashCode();
        hash = 31 * hash + principal.endUser().hashCode();
        hash = 31 * hash + alias.hashCode();
        hash = 31 * hash + endpoint.hashCode();
        hash = 31 * hash + tags.hashCode();
        return 31 * hash + System.identityHashCode(membership);
    }
}
