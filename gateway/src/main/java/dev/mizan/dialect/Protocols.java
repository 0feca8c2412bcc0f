package dev.mizan.dialect;

import dev.mizan.dialect.anthropic.AnthropicProtocol;
import dev.mizan.dialect.bedrock.BedrockProtocol;
import dev.mizan.dialect.gemini.GeminiProtocol;
import dev.mizan.dialect.ollama.OllamaProtocol;
import dev.mizan.dialect.openai.OpenAiProtocol;
import dev.mizan.dialect.openai.ResponsesProtocol;

/** The protocols of the wire formats that callers or providers speak. */
public final class Protocols {
    private static final Protocol OPENAI = new OpenAiProtocol();
    private static final Protocol ANTHROPIC = new AnthropicProtocol();

    private static final Protocol GEMINI = new GeminiProtocol();

    private static final Protocol RESPONSES = new ResponsesProtocol();

    private static final Protocol OLLAMA = new OllamaProtocol();

    private static final Protocol BEDROCK = new BedrockProtocol();

    private Protocols() {}

    /** The protocol of {@code format}. */
    public static Protocol of(WireFormat format) {
        return switch (format) {
            case OPENAI_CHAT -> OPENAI;
            case ANTHROPIC_MESSAGES -> ANTHROPIC;
            case GEMINI -> GEMINI;
            case OPENAI_RESPONSES -> RESPONSES;
            case OLLAMA -> OLLAMA;
            case BEDROCK_CONVERSE -> BEDROCK;
        };
    }
}
