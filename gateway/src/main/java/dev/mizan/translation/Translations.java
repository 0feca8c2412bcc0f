package dev.mizan.translation;

import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.anthropic.AnthropicFormat;
import dev.mizan.translation.bedrock.BedrockFormat;
import dev.mizan.translation.gemini.GeminiFormat;
import dev.mizan.translation.model.CallerFormat;
import dev.mizan.translation.model.ProviderFormat;
import dev.mizan.translation.ollama.OllamaFormat;
import dev.mizan.translation.openai.OpenAiFormat;
import dev.mizan.translation.responses.ResponsesFormat;
import dev.mizan.wire.Slice;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All translations there are: from every format that callers speak to every one that providers speak. */
public final class Translations {
    private static final Map<WireFormat, Map<WireFormat, Translation>> TABLE = table();

    private Translations() {}

    /** Empty where there is no translation between the two. One format is not translated into itself. */
    public static Optional<Translation> of(WireFormat caller, WireFormat provider) {
        return Optional.ofNullable(TABLE.getOrDefault(caller, Map.of()).get(provider));
    }

    /** A provider's error, whatever it is written in, as callers of {@code caller} understand it. */
    public static Slice error(WireFormat caller, int status, Slice upstream) {
        Map<WireFormat, Translation> row = TABLE.getOrDefault(caller, Map.of());
        return row.isEmpty() ? upstream : row.values().iterator().next().error(status, upstream);
    }

    private static Map<WireFormat, Map<WireFormat, Translation>> table() {
        List<CallerFormat> callers = List.of(
                new OpenAiFormat(),
                new AnthropicFormat(),
                new GeminiFormat(),
                new ResponsesFormat(),
                new OllamaFormat());
        List<ProviderFormat> providers = List.of(
                new OpenAiFormat(), new AnthropicFormat(), new GeminiFormat(), new OllamaFormat(), new BedrockFormat());
        Map<WireFormat, Map<WireFormat, Translation>> table = new EnumMap<>(WireFormat.class);
        for (CallerFormat caller : callers) {
            Map<WireFormat, Translation> row = new EnumMap<>(WireFormat.class);
            for (ProviderFormat provider : providers) {
                if (provider.format() != caller.format()) {
                    row.put(provider.format(), new ModelTranslation(caller, provider));
                }
            }
            table.put(caller.format(), row);
        }
        return table;
    }
}
