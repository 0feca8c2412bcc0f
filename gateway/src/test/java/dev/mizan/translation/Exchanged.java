package dev.mizan.translation;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.Translation.Call;
import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Bodies and streams as texts, between one caller's format and one provider's. */
record Exchanged(WireFormat caller, WireFormat provider) {
    static final Call CALL = new Call("01JT0000000000000000000000", "smart", 1_750_000_000L, Route.CHAT_COMPLETIONS);
    static final Target PLAIN = new Target("upstream-model", -1, "max_tokens", false, false);

    Translation translation() {
        return Translations.of(caller, provider).orElseThrow();
    }

    JsonNode request(String body) {
        return request(body, PLAIN);
    }

    JsonNode request(String body, Target target) {
        return JsonTree.read(translation().request(slice(body), target));
    }

    JsonNode answer(String body) {
        return JsonTree.read(translation().answer(slice(body), CALL));
    }

    JsonNode error(int status, String body) {
        return JsonTree.read(translation().error(status, slice(body)));
    }

    /** What a caller is sent for {@code events}, one JSON a line, and the end that follows. */
    String stream(String events, Usage usage, boolean usageAsked) {
        List<Slice> out = new ArrayList<>();
        StreamTranslator stream = translation().stream(CALL);
        events.lines().filter(line -> !line.isBlank()).forEach(line -> stream.event(slice(line), out));
        stream.end(usage, "0.000125", usageAsked, out);
        return text(out);
    }

    static String text(List<Slice> frames) {
        StringBuilder text = new StringBuilder();
        frames.forEach(frame -> text.append(new String(frame.toBytes(), StandardCharsets.UTF_8)));
        return text.toString();
    }

    static Slice slice(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] within = new byte[bytes.length + 7];
        System.arraycopy(bytes, 0, within, 3, bytes.length);
        return new Slice(within, 3, 3 + bytes.length);
    }

    static JsonNode json(String text) {
        return JsonTree.read(slice(text));
    }
}
