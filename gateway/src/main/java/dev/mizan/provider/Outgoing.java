package dev.mizan.provider;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.wire.Slice;

/**
 * A call as it is made upstream.
 *
 * @param route the caller's own, or the one whose calls it was translated into
 * @param format what it is written in
 * @param model the provider's name of the model
 * @param streaming whether a stream is asked for
 * @param body what is sent
 */
public record Outgoing(Route route, WireFormat format, String model, boolean streaming, Slice body) {}
