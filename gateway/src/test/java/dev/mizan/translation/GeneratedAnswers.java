package dev.mizan.translation;

import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.EventWriter;
import dev.mizan.translation.model.FinishReason;
import dev.mizan.translation.model.Part;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random answers of one choice, whole and in pieces. Not safe for use by many threads. */
final class GeneratedAnswers {
    private static final String[] TEXTS = {"a", "Gün aydın", "مرحبا, ", "\"quoted\"\n", "🙂", "{}", " "};

    private final Random random;

    GeneratedAnswers(long seed) {
        this.random = new Random(seed);
    }

    Answer answer() {
        List<Part> parts = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            parts.add(new Part.Thinking(text(), random.nextBoolean() ? "sig" : ""));
        }
        if (random.nextInt(4) > 0) {
            parts.add(new Part.Text(text()));
        }
        int calls = random.nextInt(4);
        for (int i = 0; i < calls; i++) {
            parts.add(new Part.ToolCall("call_" + i, "look" + i, "{\"at\":" + random.nextInt(99) + "}", ""));
        }
        FinishReason finish = calls > 0
                ? FinishReason.TOOL_CALLS
                : List.of(FinishReason.STOP, FinishReason.LENGTH).get(random.nextInt(2));
        Usage usage = Usage.builder()
                .set(Unit.INPUT, random.nextInt(1_000))
                .set(Unit.CACHE_READ, random.nextInt(1_000))
                .set(Unit.OUTPUT, random.nextInt(1_000))
                .set(Unit.REASONING, random.nextInt(1_000))
                .build();
        return new Answer(List.of(new Answer.Choice(0, parts, finish, "", List.of())), usage);
    }

    /** {@code answer} as a provider streams it, cut at random. Whole JSON events, with their framing. */
    List<Slice> stream(Answer answer, EventWriter writer) {
        List<Slice> out = new ArrayList<>();
        writer.into(out);
        writer.start();
        int calls = 0;
        for (Part part : answer.choices().getFirst().parts()) {
            switch (part) {
                case Part.Text(String text) -> pieces(text).forEach(piece -> writer.text(0, piece));
                case Part.Thinking(String text, String signature) -> {
                    pieces(text).forEach(piece -> writer.thinking(0, piece));
                    if (!signature.isEmpty()) {
                        writer.signature(0, signature);
                    }
                }
                case Part.ToolCall call -> {
                    int index = calls++;
                    writer.toolCall(0, index, call.id(), call.name(), call.signature());
                    pieces(call.arguments()).forEach(piece -> writer.arguments(0, index, piece));
                }
                default -> throw new IllegalStateException("not generated: " + part);
            }
        }
        writer.finish(0, answer.choices().getFirst().finish(), "");
        writer.end(answer.usage(), "", true);
        return out;
    }

    private List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(6));
            if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
                to++;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            text.append(TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }
}
