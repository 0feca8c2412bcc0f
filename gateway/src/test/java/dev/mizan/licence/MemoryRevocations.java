package dev.mizan.licence;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Revocations that several "processes" of a test share. */
public final class MemoryRevocations implements RevocationStore {
    private final List<Revocation> all = new CopyOnWriteArrayList<>();

    @Override
    public synchronized Revocation revoke(String licence, long atMillis, String by) {
        Optional<Revocation> before = find(licence);
        if (before.isPresent()) {
            return before.get();
        }
        Revocation revocation = new Revocation(licence, atMillis, by, all.size() + 1L);
        all.add(revocation);
        return revocation;
    }

    @Override
    public Optional<Revocation> find(String licence) {
        return all.stream().filter(one -> one.licence().equals(licence)).findFirst();
    }

    @Override
    public List<Revocation> after(long revision, int limit) {
        return all.stream()
                .filter(one -> one.revision() > revision)
                .limit(limit)
                .toList();
    }
}
