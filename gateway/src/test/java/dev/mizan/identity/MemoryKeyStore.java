package dev.mizan.identity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Keys in memory, by the same rules as in a database. */
final class MemoryKeyStore implements KeyStore {
    private final Map<String, StoredKey> keys = new TreeMap<>();
    private long revision;
    private String fingerprint = "";

    @Override
    public synchronized Saved insert(StoredKey key) {
        return save(key);
    }

    @Override
    public synchronized Saved update(String id, UnaryOperator<StoredKey> change) {
        StoredKey known = keys.get(id);
        return known == null || known.isDeleted() ? new Saved.NotFound() : save(change.apply(known));
    }

    private Saved save(StoredKey key) {
        for (StoredKey other : keys.values()) {
            if (other.id().equals(key.id())) {
                continue;
            }
            if (other.credential().hash().equals(key.credential().hash())
                    || other.credential().previousHash().equals(key.credential().hash())) {
                return new Saved.Taken("key");
            }
            if (!key.profile().alias().isEmpty()
                    && !other.isDeleted()
                    && other.profile().alias().equals(key.profile().alias())) {
                return new Saved.Taken("key_alias");
            }
        }
        StoredKey next = key.withRevision(++revision);
        keys.put(next.id(), next);
        return new Saved.Done(next);
    }

    @Override
    public synchronized Optional<StoredKey> find(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    @Override
    public synchronized Optional<StoredKey> findByHash(String hash) {
        return keys.values().stream()
                .filter(key -> key.credential().hash().equals(hash)
                        || key.credential().previousHash().equals(hash))
                .findFirst();
    }

    @Override
    public synchronized Optional<StoredKey> findByAlias(String alias) {
        return keys.values().stream()
                .filter(key -> !key.isDeleted() && key.profile().alias().equals(alias))
                .findFirst();
    }

    @Override
    public synchronized Page list(Filter filter, int offset, int limit) {
        List<StoredKey> found = new ArrayList<>(
                keys.values().stream().filter(key -> !key.isDeleted()).toList());
        found.sort(Comparator.comparing(StoredKey::id).reversed());
        return new Page(found.stream().skip(offset).limit(limit).toList(), found.size());
    }

    @Override
    public synchronized List<StoredKey> changedAfter(long revision, int limit) {
        return keys.values().stream()
                .filter(key -> key.revision() > revision)
                .sorted(Comparator.comparingLong(StoredKey::revision))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized String fingerprint(String offered) {
        if (fingerprint.isEmpty()) {
            fingerprint = offered;
        }
        return fingerprint;
    }
}
