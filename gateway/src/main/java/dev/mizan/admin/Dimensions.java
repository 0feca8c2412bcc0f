package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.report.Dimension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Dimensions in the parameters of a request: {@code ?tenant=acme&model=gpt-4o}, {@code ?group_by=model,team}. */
final class Dimensions {
    /** Their names. */
    static final List<String> NAMES =
            Arrays.stream(Dimension.values()).map(Dimension::label).toList();

    private static final int VALUE_LENGTH_MAX = 512;

    private Dimensions() {}

    /** The values asked for, and those that {@code caller} is bound to. */
    static Map<Dimension, String> filters(Query query, Caller caller) {
        Map<Dimension, String> equal = new EnumMap<>(Dimension.class);
        for (Dimension dimension : Dimension.values()) {
            if (query.has(dimension.label())) {
                String value = query.text(dimension.label());
                if (value.length() > VALUE_LENGTH_MAX) {
                    throw Problem.value(dimension.label(), value, "at most " + VALUE_LENGTH_MAX + " characters");
                }
                equal.put(dimension, value);
            }
        }
        return scoped(equal, caller);
    }

    /** {@code equal}, bound to what {@code caller} may see; refused if that is something else. */
    static Map<Dimension, String> scoped(Map<Dimension, String> equal, Caller caller) {
        Map<Dimension, String> scoped = new EnumMap<>(Dimension.class);
        scoped.putAll(equal);
        caller.scope().forEach((dimension, own) -> {
            String asked = scoped.put(dimension, own);
            if (asked != null && !asked.equals(own)) {
                throw new Problem(ErrorCode.PERMISSION_DENIED, "error.foreign", Map.of(), dimension.label(), 0)
                        .thrown();
            }
        });
        return scoped;
    }

    /** The dimensions of {@code ?group_by=}, in their order; none if it is not given. */
    static List<Dimension> groupBy(Query query) {
        List<Dimension> dimensions = new ArrayList<>();
        if (query.text("group_by").isEmpty()) {
            return dimensions;
        }
        for (String name : query.text("group_by").split(",", -1)) {
            Dimension dimension = named(name.strip())
                    .orElseThrow(() -> Problem.value("group_by", name, "some of " + String.join(", ", NAMES)));
            if (dimensions.contains(dimension)) {
                throw Problem.value("group_by", query.text("group_by"), "each dimension once");
            }
            dimensions.add(dimension);
        }
        return dimensions;
    }

    private static Optional<Dimension> named(String name) {
        return Arrays.stream(Dimension.values())
                .filter(dimension -> dimension.label().equals(name))
                .findFirst();
    }
}
