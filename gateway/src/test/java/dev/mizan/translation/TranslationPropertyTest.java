package dev.mizan.translation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.anthropic.AnthropicFormat;
import dev.mizan.translation.gemini.GeminiFormat;
import dev.mizan.translation.model.Answer;
import dev.mizan.translation.model.CallerFormat;
import dev.mizan.translation.model.EventReader;
import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.Message;
import dev.mizan.translation.model.ModelCall;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.ProviderFormat;
import dev.mizan.translation.model.Reasoning;
import dev.mizan.translation.model.ResponseFormat;
import dev.mizan.translation.ollama.OllamaFormat;
import dev.mizan.translation.openai.OpenAiFormat;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What both sides can carry is the same after there and back, and a stream is what its whole answer is. */
final class TranslationPropertyTest {
    private static final Target TARGET = new Target("m", -1, "max_tokens", false, false);
    private static final List<BothWays> FORMATS = List.of(
            new BothWays(new OpenAiFormat(), new OpenAiFormat()),
            new BothWays(new AnthropicFormat(), new AnthropicFormat()),
            new BothWays(new GeminiFormat(), new GeminiFormat()));

    /** Ollama's callers can't say all that the others can, but they are told all. */
    private static final List<BothWays> TOLD = Stream.concat(
                    FORMATS.stream(), Stream.of(new BothWays(new OllamaFormat(), new OllamaFormat())))
            .toList();

    /** One format as the callers' and as the providers'. */
    private record BothWays(CallerFormat caller, ProviderFormat provider) {
        ModelCall thereAndBack(ModelCall call) {
            Losses none = new Losses(provider.format(), Enum::name, false);
            return caller.readCall(provider.writeCall(call, TARGET, none));
        }

        Answer thereAndBack(Answer answer) {
            return provider.readAnswer(caller.writeAnswer(answer, Exchanged.CALL));
        }

        Answer assembled(List<Slice> events, Usage usage) {
            Assembly assembly = new Assembly();
            EventReader reader = provider.eventReader();
            for (String json : jsonOf(events)) {
                reader.read(JsonTree.read(Exchanged.slice(json)), assembly);
            }
            return assembly.answer(usage);
        }
    }

    @Property(tries = 300)
    void callsAreTheSameThroughAnyTwoFormats(@ForAll long seed) {
        ModelCall call = new GeneratedCalls(seed).call();

        for (BothWays first : FORMATS) {
            for (BothWays second : FORMATS) {
                ModelCall back = second.thereAndBack(first.thereAndBack(call));

                assertThat(comparable(back))
                        .as("%s, then %s", first.provider.format(), second.provider.format())
                        .isEqualTo(comparable(call));
            }
        }
    }

    @Property(tries = 300)
    void answersAreTheSameThroughAnyTwoFormats(@ForAll long seed) {
        Answer answer = new GeneratedAnswers(seed).answer();

        for (BothWays first : FORMATS) {
            for (BothWays second : FORMATS) {
                assertThat(second.thereAndBack(first.thereAndBack(answer)))
                        .as("%s, then %s", first.provider.format(), second.provider.format())
                        .isEqualTo(answer);
            }
        }
    }

    @Property(tries = 300)
    void aTranslatedStreamIsTheTranslatedAnswer(@ForAll long seed) {
        GeneratedAnswers generated = new GeneratedAnswers(seed);
        Answer answer = generated.answer();

        for (BothWays upstream : FORMATS) {
            for (BothWays caller : TOLD) {
                if (caller.caller.format() == upstream.provider.format()) {
                    continue;
                }
                Translation translation = Translations.of(caller.caller.format(), upstream.provider.format())
                        .orElseThrow();
                Slice whole = translation.answer(upstream.caller.writeAnswer(answer, Exchanged.CALL), Exchanged.CALL);
                List<Slice> out = new ArrayList<>();
                StreamTranslator stream = translation.stream(Exchanged.CALL);
                for (String json : jsonOf(generated.stream(answer, upstream.caller.eventWriter(Exchanged.CALL)))) {
                    stream.event(Exchanged.slice(json), out);
                }
                stream.end(answer.usage(), "", true, out);

                // Not every format tells usage in all its parts.
                Answer told = caller.provider.readAnswer(whole);
                assertThat(told.usage().totalTokens()).isEqualTo(answer.usage().totalTokens());
                assertThat(caller.assembled(out, told.usage()))
                        .as("%s to %s", upstream.provider.format(), caller.caller.format())
                        .isEqualTo(told);
            }
        }
    }

    /**
     * Formats differ in whether the model is in the body, whether schemas, documents and results have names, and in
     * whether a thought's text is asked for.
     */
    private static ModelCall comparable(ModelCall call) {
        ResponseFormat format = call.format();
        ResponseFormat named = format.kind() == ResponseFormat.Kind.SCHEMA
                ? new ResponseFormat(format.kind(), "", "", format.schema(), true)
                : format;
        Reasoning reasoning = call.reasoning();
        return new ModelCall(
                "",
                call.system(),
                call.messages().stream()
                        .map(message -> new Message(
                                message.role(),
                                message.parts().stream()
                                        .map(TranslationPropertyTest::comparable)
                                        .toList()))
                        .toList(),
                call.tooling(),
                named,
                call.settings(),
                new Reasoning(reasoning.kind(), reasoning.level(), -1, false),
                call.outputTokens(),
                call.stop(),
                call.endUser(),
                call.others());
    }

    private static Part comparable(Part part) {
        return switch (part) {
            case Part.Document document -> new Part.Document(document.media(), "", document.place());
            case Part.ToolResult result ->
                new Part.ToolResult(result.callId(), "", result.content(), result.error(), result.place());
            default -> part;
        };
    }

    private static List<String> jsonOf(List<Slice> events) {
        List<String> found = new ArrayList<>();
        for (Slice event : events) {
            new String(event.toBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("data: {") || line.startsWith("{"))
                    .forEach(line -> found.add(line.substring(line.indexOf('{'))));
        }
        return found;
    }
}
