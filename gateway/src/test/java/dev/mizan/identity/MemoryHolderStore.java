package dev.mizan.identity;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Holders in memory, by the same rules as in a database. */
final class MemoryHolderStore implements HolderStore {
    private final Map<String, Holder> holders = new TreeMap<>();
    private long revision;

    @Override
    public synchronized Saved insert(Holder holder) {
        Holder known = holders.get(place(holder.kind(), holder.id()));
        return known != null && !known.isDeleted() ? new Saved.Taken() : save(holder);
    }

    @Override
    public synchronized Saved update(Holder.Kind kind, String id, UnaryOperator<Holder> change) {
        Holder known = holders.get(place(kind, id));
        return known == null || known.isDeleted() ? new Saved.NotFound() : save(change.apply(known));
    }

    @Override
    public synchronized List<Holder> changedAfter(long revision, int limit) {
        return holders.values().stream()
                .filter(holder -> holder.revision() > revision)
                .sorted(Comparator.comparingLong(Holder::revision))
                .limit(limit)
                .toList();
    }

    private Saved save(Holder holder) {
        Holder next = holder.withRevision(++revision);
        holders.put(place(next.kind(), next.id()), next);
        return new Saved.Done(next);
    }

    private static String place(Holder.Kind kind, String id) {
        return kind.label() + ":" + id;
    }
}
