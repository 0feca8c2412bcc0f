package dev.mizan.limit;

import java.util.Arrays;

/** The accounts of one subject. Guarded by the book's lock. */
final class Owner {
    private static final Account[] NO_ACCOUNTS = {};

    final Subject subject;
    /** Grows with every change of its accounts, so that those who resolved them look again. */
    int version;

    private Account[] accounts = NO_ACCOUNTS;

    Owner(Subject subject) {
        this.subject = subject;
    }

    /** The account that counts {@code limit}, made if there is none. */
    Account account(Limit limit, long nowMillis) {
        for (Account account : accounts) {
            if (account.counts(limit)) {
                account.touchedMillis = nowMillis;
                return account;
            }
        }
        Account made = new Account(this, limit, nowMillis);
        accounts = Arrays.copyOf(accounts, accounts.length + 1);
        accounts[accounts.length - 1] = made;
        version++;
        return made;
    }

    /** Its accounts; not to be changed. */
    Account[] accounts() {
        return accounts;
    }

    /** Drops the accounts that are empty and were last touched before {@code idleSinceMillis}. */
    int dropIdle(long nowMillis, long idleSinceMillis) {
        Account[] rest = new Account[accounts.length];
        int kept = 0;
        for (Account account : accounts) {
            account.advance(nowMillis);
            boolean isLoading = account.loading != null && account.loading.isRunning();
            if (isLoading || !account.isEmpty() || account.touchedMillis >= idleSinceMillis) {
                rest[kept++] = account;
            }
        }
        int dropped = accounts.length - kept;
        if (dropped > 0) {
            accounts = Arrays.copyOf(rest, kept);
            version++;
        }
        return dropped;
    }
}
