package dev.mizan.operation;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The operations of a configuration, by their paths. Immutable; safe for use by many threads. */
public final class Operations {
    private final Map<String, Operation> byPath = new HashMap<>();

    public Operations(Collection<OperationSettings> settings) {
        settings.forEach(one -> byPath.put(one.path(), new Operation(one)));
    }

    /** The operation that is served at {@code path}. */
    public Optional<Operation> find(String path) {
        return Optional.ofNullable(byPath.get(path));
    }
}
