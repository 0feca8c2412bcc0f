package dev.mizan.translation.model;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools that a model may call.
 *
 * @param oneAtATime whether it may call no more than one in a turn
 */
public record Tooling(List<Tool> tools, Choice choice, boolean oneAtATime) {
    public static final Tooling NONE = new Tooling(List.of(), new Choice(Kind.UNSET, ""), false);

    public Tooling {
        tools = List.copyOf(tools);
    }

    /**
     * One tool.
     *
     * @param schema JSON schema of its arguments; empty if it has none
     * @param strict whether the arguments must follow the schema to the letter
     * @param isCachePoint whether all up to here shall be cached
     */
    public record Tool(String name, String description, ObjectNode schema, boolean strict, boolean isCachePoint) {}

    /**
     * Which tools must be called.
     *
     * @param name the tool's with {@link Kind#NAMED}; else empty
     */
    public record Choice(Kind kind, String name) {}

    /** What a model shall do with tools. */
    public enum Kind {
        /** Not said. */
        UNSET,
        AUTO,
        NONE,
        ANY,
        NAMED
    }
}
