package dev.mizan.usage;

import static dev.mizan.usage.Count.CACHE_AUDIO;
import static dev.mizan.usage.Count.CACHE_IMAGE;
import static dev.mizan.usage.Count.CACHE_READ;
import static dev.mizan.usage.Count.CACHE_VIDEO;
import static dev.mizan.usage.Count.CACHE_WRITE;
import static dev.mizan.usage.Count.CACHE_WRITE_1H;
import static dev.mizan.usage.Count.CACHE_WRITE_5M;
import static dev.mizan.usage.Count.FILE_SEARCH;
import static dev.mizan.usage.Count.INPUT;
import static dev.mizan.usage.Count.INPUT_AUDIO;
import static dev.mizan.usage.Count.INPUT_IMAGE;
import static dev.mizan.usage.Count.INPUT_VIDEO;
import static dev.mizan.usage.Count.OUTPUT;
import static dev.mizan.usage.Count.OUTPUT_AUDIO;
import static dev.mizan.usage.Count.OUTPUT_IMAGE;
import static dev.mizan.usage.Count.REASONING;
import static dev.mizan.usage.Count.TOOL_INPUT;
import static dev.mizan.usage.Count.WEB_SEARCH;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The table of flavours by provider. A flavour reads no more than its provider is known to state and to charge for:
 * what another provider calls by the same name may be counted differently.
 */
final class Flavors {
    private static final Flavor OPENAI_CHAT =
            chat("openai/chat", true, true, true).build();
    /** Providers that speak OpenAI's dialect and do not charge for writing to a cache. */
    private static final Flavor CHAT_AUDIO =
            chat("chat-audio", true, false, true).build();

    private static final Flavor CHAT_CACHED = chat("chat-cached", true, false, false)
            .optional(OUTPUT_AUDIO, "completion_tokens_details.audio_tokens")
            .build();
    private static final Flavor CHAT_PLAIN =
            chat("chat-plain", false, false, false).build();
    private static final Flavor GROQ =
            chat("groq/default", true, false, true, "x_groq").build();
    private static final Flavor ANTHROPIC_CHAT = chat("anthropic/chat", false, false, false)
            .optional(CACHE_READ, "cached_tokens")
            .build();
    private static final Flavor DOUBLEWORD_CHAT =
            chat("doubleword/chat", true, true, false).build();
    private static final Flavor MODAL_CHAT = counts("modal/chat")
            .optional(CACHE_READ, "prompt_tokens_details.cached_tokens")
            .optional(CACHE_WRITE, "prompt_tokens_details.cache_write_tokens")
            .build();
    private static final Flavor XAI_DEFAULT = counts("x-ai/default")
            .optional(CACHE_READ, "cached_prompt_text_tokens")
            .build();
    /** xAI states reasoning beside the completion, where OpenAI states it inside. */
    private static final Flavor XAI_CHAT =
            chat("x-ai/chat", true, false, false).reasoningOutside().build();

    private static final Flavor PERPLEXITY = counts("perplexity/default").build();

    private static final Flavor OPENAI_RESPONSES = responses("openai/responses")
            .elements("output", "type", openAiTools())
            .optional(CACHE_WRITE, "input_tokens_details.cache_write_tokens")
            .optional(REASONING, "output_tokens_details.reasoning_tokens")
            .build();
    /** Other providers' tools have other prices, which their own readers must know before they are counted. */
    private static final Flavor RESPONSES = responses("responses")
            .optional(CACHE_WRITE, "input_tokens_details.cache_write_tokens")
            .optional(REASONING, "output_tokens_details.reasoning_tokens")
            .build();

    private static final Flavor AZURE_RESPONSES = responses("azure/responses")
            .optional(REASONING, "output_tokens_details.reasoning_tokens")
            .build();
    private static final Flavor PLAIN_RESPONSES = responses("responses-plain").build();

    private static final Flavor OPENAI_EMBEDDINGS = Flavor.named("openai/embeddings")
            .model("model")
            .required(INPUT, "prompt_tokens")
            .build();

    private static final Flavor ANTHROPIC = anthropic("anthropic/default")
            .optional(CACHE_WRITE_5M, "cache_creation.ephemeral_5m_input_tokens")
            .optional(CACHE_WRITE_1H, "cache_creation.ephemeral_1h_input_tokens")
            .optional(REASONING, "output_tokens_details.thinking_tokens")
            .optional(WEB_SEARCH, "server_tool_use.web_search_requests")
            .build();
    /** Anthropic's dialect as other providers serve it; the split by duration is theirs as well. */
    private static final Flavor ANTHROPIC_ELSEWHERE = anthropic("anthropic-elsewhere")
            .optional(CACHE_WRITE_1H, "cache_creation.ephemeral_1h_input_tokens")
            .build();

    private static final Flavor BEDROCK = Flavor.named("aws/default")
            .model("model")
            .tier("serviceTier.type")
            .cacheOutside()
            .required(INPUT, "inputTokens")
            .required(OUTPUT, "outputTokens")
            .optional(CACHE_READ, "cacheReadInputTokens")
            .optional(CACHE_READ, "cacheReadInputTokenCount")
            .optional(CACHE_READ, "cacheReadInputTokensCount")
            .optional(CACHE_WRITE, "cacheWriteInputTokens")
            .optional(CACHE_WRITE, "cacheWriteInputTokenCount")
            .optional(CACHE_WRITE, "cacheCreationInputTokensCount")
            .array("cacheDetails", "ttl", "inputTokens", Map.of("1h", CACHE_WRITE_1H))
            .build();

    private static final Flavor GEMINI = gemini();

    private static final Flavor COHERE = Flavor.named("cohere/default")
            .root("usage.billed_units")
            .model("model")
            .required(INPUT, "input_tokens")
            .required(OUTPUT, "output_tokens")
            .build();
    private static final Flavor COHERE_TOKENS = Flavor.named("cohere/tokens")
            .model("model")
            .optional(INPUT, "tokens.input_tokens")
            .optional(OUTPUT, "tokens.output_tokens")
            .optional(CACHE_READ, "cached_tokens")
            .build();
    private static final Flavor COHERE_EMBEDDINGS = Flavor.named("cohere/embeddings")
            .root("meta.billed_units")
            .model("model")
            .required(INPUT, "input_tokens")
            .build();

    private static final Flavor OLLAMA = Flavor.named("ollama/default")
            .root("")
            .model("model")
            .required(INPUT, "prompt_eval_count")
            .required(OUTPUT, "eval_count")
            .build();
    private static final Flavor OLLAMA_EMBEDDINGS = Flavor.named("ollama/embeddings")
            .root("")
            .model("model")
            .required(INPUT, "prompt_eval_count")
            .build();

    /** What a provider's flavour is, else what the flavour's name means for a provider that is not in the table. */
    private static final Map<String, Flavor> TABLE = table();

    private Flavors() {}

    static Optional<Flavor> of(String provider, String flavor) {
        Flavor known = TABLE.get(provider + "/" + flavor);
        return known != null ? Optional.of(known) : Optional.ofNullable(TABLE.get("/" + flavor));
    }

    private static Map<String, Flavor> table() {
        Map<String, Flavor> table = new HashMap<>();
        generic(table);
        table.put("anthropic/default", ANTHROPIC);
        table.put("anthropic/chat", ANTHROPIC_CHAT);
        table.put("aws/default", BEDROCK);
        table.put("aws/anthropic", ANTHROPIC_ELSEWHERE);
        put(table, "azure", CHAT_AUDIO, AZURE_RESPONSES);
        table.put("azure/anthropic", ANTHROPIC_ELSEWHERE);
        table.put("cerebras/chat", CHAT_PLAIN);
        table.put("cohere/default", COHERE);
        table.put("cohere/tokens", COHERE_TOKENS);
        table.put("cohere/embeddings", COHERE_EMBEDDINGS);
        put(table, "deepseek", CHAT_CACHED, PLAIN_RESPONSES);
        put(table, "doubleword", DOUBLEWORD_CHAT, PLAIN_RESPONSES);
        put(table, "fireworks", CHAT_CACHED, PLAIN_RESPONSES);
        table.put("google/default", GEMINI);
        table.put("google/anthropic", ANTHROPIC_ELSEWHERE);
        table.put("google/chat", CHAT_AUDIO);
        put(table, "groq", GROQ, PLAIN_RESPONSES);
        put(table, "minimax", CHAT_CACHED, PLAIN_RESPONSES);
        table.put("minimax/default", ANTHROPIC_ELSEWHERE);
        put(table, "mistral", CHAT_CACHED, PLAIN_RESPONSES);
        put(table, "modal", MODAL_CHAT, RESPONSES);
        table.put("openai/responses", OPENAI_RESPONSES);
        put(table, "moonshotai", CHAT_CACHED, PLAIN_RESPONSES);
        table.put("ollama/default", OLLAMA);
        table.put("ollama/embeddings", OLLAMA_EMBEDDINGS);
        table.put("perplexity/default", PERPLEXITY);
        put(table, "x-ai", XAI_CHAT, RESPONSES);
        table.put("x-ai/default", XAI_DEFAULT);
        put(table, "zai", CHAT_CACHED, PLAIN_RESPONSES);
        put(table, "zhipuai", CHAT_CACHED, PLAIN_RESPONSES);
        return Map.copyOf(table);
    }

    /**
     * Flavours by name alone. OpenAI itself, OpenRouter and the others whose bodies are OpenAI's in full need no row.
     */
    private static void generic(Map<String, Flavor> table) {
        table.put("/default", OPENAI_CHAT);
        table.put("/chat", OPENAI_CHAT);
        table.put("/completions", OPENAI_CHAT);
        table.put("/responses", RESPONSES);
        table.put("/embeddings", OPENAI_EMBEDDINGS);
        table.put("/anthropic", ANTHROPIC);
        table.put("/gemini", GEMINI);
        table.put("/bedrock", BEDROCK);
        table.put("/ollama", OLLAMA);
    }

    private static void put(Map<String, Flavor> table, String provider, Flavor chat, Flavor responses) {
        table.put(provider + "/default", chat);
        table.put(provider + "/chat", chat);
        table.put(provider + "/completions", chat);
        table.put(provider + "/responses", responses);
    }

    private static Flavor.Builder counts(String name, String... wrappers) {
        return Flavor.named(name)
                .wrappedIn(wrappers)
                .model("model")
                .tier("service_tier")
                .required(INPUT, "prompt_tokens")
                .required(OUTPUT, "completion_tokens");
    }

    private static Flavor.Builder chat(
            String name, boolean cacheRead, boolean cacheWrite, boolean audio, String... wrappers) {
        Flavor.Builder flavor =
                counts(name, wrappers).optional(REASONING, "completion_tokens_details.reasoning_tokens");
        if (cacheRead) {
            flavor.optional(CACHE_READ, "prompt_tokens_details.cached_tokens");
        }
        if (cacheWrite) {
            flavor.optional(CACHE_WRITE, "prompt_tokens_details.cache_write_tokens");
        }
        if (audio) {
            flavor.optional(INPUT_AUDIO, "prompt_tokens_details.audio_tokens")
                    .optional(OUTPUT_AUDIO, "completion_tokens_details.audio_tokens");
        }
        return flavor;
    }

    private static Flavor.Builder responses(String name) {
        return Flavor.named(name)
                .wrappedIn("response")
                .model("model")
                .tier("service_tier")
                .required(INPUT, "input_tokens")
                .required(OUTPUT, "output_tokens")
                .optional(CACHE_READ, "input_tokens_details.cached_tokens");
    }

    /** Tool calls that OpenAI charges for; of web searches the searching, not the opening of what was found. */
    private static Map<String, Count> openAiTools() {
        return Map.of(
                "web_search_call", WEB_SEARCH, "web_search_call/search", WEB_SEARCH, "file_search_call", FILE_SEARCH);
    }

    private static Flavor.Builder anthropic(String name) {
        return Flavor.named(name)
                .wrappedIn("message")
                .model("model")
                .tier("usage.service_tier")
                .cacheOutside()
                .required(INPUT, "input_tokens")
                .required(OUTPUT, "output_tokens")
                .optional(CACHE_READ, "cache_read_input_tokens")
                .optional(CACHE_WRITE, "cache_creation_input_tokens");
    }

    private static Flavor gemini() {
        // Pages of a document are seen as images, and counted and charged as such.
        Map<String, Count> input =
                Map.of("AUDIO", INPUT_AUDIO, "IMAGE", INPUT_IMAGE, "DOCUMENT", INPUT_IMAGE, "VIDEO", INPUT_VIDEO);
        Map<String, Count> cached =
                Map.of("AUDIO", CACHE_AUDIO, "IMAGE", CACHE_IMAGE, "DOCUMENT", CACHE_IMAGE, "VIDEO", CACHE_VIDEO);
        Map<String, Count> output = Map.of("AUDIO", OUTPUT_AUDIO, "IMAGE", OUTPUT_IMAGE);
        return Flavor.named("google/default")
                .wrappedIn("response")
                .root("usageMetadata")
                .model("modelVersion")
                .tier("usageMetadata.trafficType")
                .tier("usageMetadata.serviceTier")
                .reasoningOutside()
                .optional(INPUT, "promptTokenCount")
                .optional(TOOL_INPUT, "toolUsePromptTokenCount")
                .optional(CACHE_READ, "cachedContentTokenCount")
                .optional(OUTPUT, "candidatesTokenCount")
                .optional(REASONING, "thoughtsTokenCount")
                .array("promptTokensDetails", "modality", "tokenCount", input)
                .array("toolUsePromptTokensDetails", "modality", "tokenCount", input)
                .array("cacheTokensDetails", "modality", "tokenCount", cached)
                .array("candidatesTokensDetails", "modality", "tokenCount", output)
                .build();
    }
}
