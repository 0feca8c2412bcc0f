package dev.mizan.licence;

import dev.mizan.identity.Key;
import dev.mizan.ledger.Principal;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a licence key says.
 *
 * @param id 1 to 64 letters, digits, {@code -}, {@code _} and {@code .}, and no virtual key's id: it names the
 *     licence's usage log, too
 * @param customer who holds it, 1 to 200 characters; the user of its calls
 * @param plan the package, 1 to 64 characters
 * @param tenant whom its calls belong to, 1 to 200 characters
 * @param issuedAtMillis whole seconds, Unix milliseconds
 * @param expiresAtMillis when it ends, whole seconds, Unix milliseconds
 */
public record Licence(
        String id, String customer, String plan, String tenant, long issuedAtMillis, long expiresAtMillis) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int NAME_LENGTH_MAX = 200;
    private static final int PLAN_LENGTH_MAX = 64;

    /** 9999-12-31T23:59:59Z. */
    private static final long MILLIS_MAX = 253_402_300_799_000L;

    /** @throws IllegalArgumentException if a part is out of its range */
    public Licence {
        if (!isId(id)) {
            throw new IllegalArgumentException("licence id: '" + id
                    + "' (expected: 1 to 64 letters, digits, -, _ and ., not beginning with key_)");
        }
        requireName("customer", customer, NAME_LENGTH_MAX);
        requireName("package", plan, PLAN_LENGTH_MAX);
        requireName("tenant", tenant, NAME_LENGTH_MAX);
        requireSeconds("issued", issuedAtMillis);
        requireSeconds("expires", expiresAtMillis);
    }

    /** Whether {@code text} can be a licence's id. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches() && !text.startsWith("key_") && !text.equals(Key.MASTER.id());
    }

    /** The key that its calls are made with: its own id, its holder as user, its package as plan. */
    public Key key() {
        return key(false);
    }

    /** The same, refused. */
    Key blockedKey() {
        return key(true);
    }

    private Key key(boolean blocked) {
        Principal principal = new Principal(tenant, "", customer, id, "", id, plan);
        return new Key(id, principal, blocked, expiresAtMillis, Set.of(), List.of());
    }

    private static void requireName(String field, String value, int lengthMax) {
        boolean printable = value.chars().noneMatch(Character::isISOControl);
        if (value.isBlank() || value.length() > lengthMax || !printable) {
            throw new IllegalArgumentException(field + ": '" + value + "' (expected: 1 to " + lengthMax
                    + " characters, not blank, no control characters)");
        }
    }

    private static void requireSeconds(String field, long millis) {
        if (millis < 0 || millis > MILLIS_MAX || millis % 1000 != 0) {
            throw new IllegalArgumentException(
                    field + ": " + millis + " (expected: whole seconds up to the year 9999, in milliseconds)");
        }
    }
}
