package dev.mizan.translation.model;

/**
 * Where in the caller's body something stands, for messages: {@code messages[0].content[1]}. Is no part of what is
 * said: all places are equal.
 */
public record Place(String path) {
    /** Of what the caller did not write. */
    public static final Place NOWHERE = new Place("");

    /** The place of {@code field} in here. */
    public String at(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Place;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
