package dev.mizan.translation.model;

import tools.jackson.databind.node.ObjectNode;

/**
 * What form the answer's text must have.
 *
 * @param name the schema's; empty if none
 * @param description the schema's; empty if none
 * @param schema JSON schema; empty unless {@code kind} is {@link Kind#SCHEMA}
 */
public record ResponseFormat(Kind kind, String name, String description, ObjectNode schema, boolean strict) {
    public static final ResponseFormat TEXT = new ResponseFormat(Kind.TEXT, "", "", JsonTree.object(), false);
    public static final ResponseFormat JSON = new ResponseFormat(Kind.JSON, "", "", JsonTree.object(), false);

    /** The kind of form. */
    public enum Kind {
        TEXT,
        /** Any JSON. */
        JSON,
        SCHEMA
    }
}
