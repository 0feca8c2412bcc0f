package dev.mizan.fuzz;

import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.dialect.anthropic.HostedBody;
import dev.mizan.translation.Translation;
import dev.mizan.translation.Translations;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.util.List;
import java.util.Set;

/**
 * Bodies of calls: whatever comes is read or refused, what is sent for it is JSON, and so is what any provider's format
 * makes of it. The first byte says by which route it came.
 */
public final class CallFuzz {
    private static final Route[] ROUTES = Route.values();

    private CallFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Route route = ROUTES[(data[0] & 0xff) % ROUTES.length];
        Slice body = new Slice(data, 1, data.length);
        Protocol protocol = Protocols.of(route.format());
        CallRequest request;
        try {
            request = protocol.read(route, body, route.namesModelInPath() ? "named" : "");
        } catch (RefusedException e) {
            JsonTree.read(Slice.of(protocol.error(e.refusal(), "01M8BYY38XNEPAFAMJRXBPGE00")));
            return;
        }
        // What was read as JSON is JSON after each change, too.
        JsonTree.read(request.bodyFor("other", Json.string("other"), CallRequest.AS_IT_IS, "max_tokens"));
        JsonTree.read(request.bodyFor("other", Json.string("other"), 7, "max_tokens"));
        protocol.text().addInput(body, new StringBuilder());
        if (route.format() == WireFormat.ANTHROPIC_MESSAGES) {
            JsonTree.read(HostedBody.of(body, "v", Set.of("model", "stream"), List.of("b")));
        }
        if (route.isChat()) {
            for (WireFormat provider : WireFormat.values()) {
                Translations.of(route.format(), provider).ifPresent(translation -> translate(translation, body));
            }
        }
    }

    private static void translate(Translation translation, Slice body) {
        for (boolean drops : new boolean[] {false, true}) {
            try {
                JsonTree.read(translation.request(body, new Translation.Target("m", 100, "max_tokens", true, drops)));
            } catch (RefusedException e) {
                if (e.refusal().status() != 400) {
                    throw new IllegalStateException("status: " + e.refusal().status() + " (expected: 400)", e);
                }
            }
        }
    }
}
