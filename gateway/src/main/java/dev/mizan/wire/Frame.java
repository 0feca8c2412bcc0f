package dev.mizan.wire;

import java.util.Map;

/**
 * One message of an AWS event stream.
 *
 * @param headers those whose values are texts, by name
 * @param payload valid only as long as its reader says
 */
public record Frame(Map<String, String> headers, Slice payload) {
    public Frame {
        headers = Map.copyOf(headers);
    }

    /** The header's value; empty if there is none. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
