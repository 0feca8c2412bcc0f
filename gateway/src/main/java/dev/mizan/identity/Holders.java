package dev.mizan.identity;

import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.Holder.Profile;
import dev.mizan.identity.HolderStore.Saved;
import dev.mizan.identity.StoredKey.Trail;
import java.time.Clock;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Tenants, teams, users, customers, budgets, plans and tags: found in memory, changed in the store.
 *
 * <p>A change made here is seen by the next call at once; one made by another process with the next {@link #refresh}.
 * Safe for use by many threads. The methods that change something block.
 */
public final class Holders {
    private static final int REFRESH_ROWS = 1_000;

    private final HolderStore store;
    private final Clock clock;
    private final Map<Kind, ConcurrentHashMap<String, Holder>> byId = new EnumMap<>(Kind.class);
    private final ReentrantLock applying = new ReentrantLock();
    private long revision;

    /** Reads all holders. */
    public Holders(HolderStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
        for (Kind kind : Kind.values()) {
            byId.put(kind, new ConcurrentHashMap<>());
        }
        refresh();
    }

    /** The holder with this id; empty if there is none or it is deleted. The same object until it changes. */
    public Optional<Holder> find(Kind kind, String id) {
        return Optional.ofNullable(all(kind).get(id));
    }

    /** Whether there is any of this kind. */
    public boolean any(Kind kind) {
        return !all(kind).isEmpty();
    }

    /** All of this kind, the last made first. */
    public List<Holder> list(Kind kind) {
        return all(kind).values().stream()
                .sorted(Comparator.comparingLong(
                                (Holder holder) -> holder.trail().createdAtMillis())
                        .reversed()
                        .thenComparing(Holder::id))
                .toList();
    }

    /** Makes a holder. Blocking. */
    public Saved make(Kind kind, String id, Profile profile, String by) {
        return applied(store.insert(new Holder(kind, id, profile, Trail.begin(clock.millis(), by), 0)));
    }

    /** Changes what an operator sets of a holder. Blocking. */
    public Saved change(Kind kind, String id, UnaryOperator<Profile> change, String by) {
        return applied(store.update(
                kind,
                id,
                holder -> new Holder(
                        kind,
                        id,
                        change.apply(holder.profile()),
                        holder.trail().updated(clock.millis(), by),
                        holder.revision())));
    }

    /** Deletes a holder. Blocking. */
    public Saved delete(Kind kind, String id, String by) {
        return applied(store.update(
                kind,
                id,
                holder -> new Holder(
                        kind, id, holder.profile(), holder.trail().deleted(clock.millis(), by), holder.revision())));
    }

    /** Reads what other processes have changed. Blocking. */
    public void refresh() {
        applying.lock();
        try {
            List<Holder> changed;
            do {
                changed = store.changedAfter(revision, REFRESH_ROWS);
                for (Holder holder : changed) {
                    if (holder.isDeleted()) {
                        all(holder.kind()).remove(holder.id());
                    } else {
                        all(holder.kind()).put(holder.id(), holder);
                    }
                    revision = Math.max(revision, holder.revision());
                }
            } while (changed.size() == REFRESH_ROWS);
        } finally {
            applying.unlock();
        }
    }

    /** Takes a change into memory the way every process does: in the order of revisions, so that none is undone. */
    private Saved applied(Saved saved) {
        refresh();
        return saved;
    }

    private ConcurrentHashMap<String, Holder> all(Kind kind) {
        return byId.getOrDefault(kind, new ConcurrentHashMap<>());
    }
}
