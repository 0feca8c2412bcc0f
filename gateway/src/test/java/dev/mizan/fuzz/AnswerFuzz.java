package dev.mizan.fuzz;

import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.StreamTranslator;
import dev.mizan.translation.Translation;
import dev.mizan.translation.Translations;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageReader;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers of providers, whole, as events and as errors: none keeps a call from its end in any caller's format. The
 * first byte says whose answer it is.
 */
public final class AnswerFuzz {
    private static final WireFormat[] FORMATS = WireFormat.values();
    private static final List<String> FLAVORS =
            List.of("chat", "responses", "anthropic", "gemini", "ollama", "bedrock");

    private AnswerFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        WireFormat provider = FORMATS[(data[0] & 0xff) % FORMATS.length];
        Slice answer = new Slice(data, 1, data.length);
        for (String flavor : FLAVORS) {
            UsageReader.of("", flavor).orElseThrow().read(data, 1, data.length - 1);
        }
        Protocols.of(provider).isError(answer);
        Protocols.of(provider).text().addOutput(answer, new StringBuilder());
        for (Route route : Route.values()) {
            if (route.isChat()) {
                Translation.Call call = new Translation.Call("01M8BYY38XNEPAFAMJRXBPGE00", "m", 1_795_698_680L, route);
                Translations.of(route.format(), provider)
                        .ifPresent(translation -> translate(translation, call, answer));
            }
        }
    }

    private static void translate(Translation translation, Translation.Call call, Slice answer) {
        JsonTree.read(translation.error(500, answer));
        try {
            JsonTree.read(translation.answer(answer, call));
        } catch (RefusedException e) {
            if (e.refusal().status() != 502) {
                throw new IllegalStateException("status: " + e.refusal().status() + " (expected: 502)", e);
            }
        }
        StreamTranslator stream = translation.stream(call);
        List<Slice> out = new ArrayList<>();
        stream.event(answer, out);
        stream.event(answer, out);
        stream.end(Usage.of(1, 2), "0.000001", true, out);
        if (out.isEmpty()) {
            throw new IllegalStateException("The stream has no end");
        }
    }
}
