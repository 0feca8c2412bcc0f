package dev.mizan.upstream;

import java.io.IOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer of Vertex AI to what the path asks for: Gemini's generateContent, or Anthropic's messages by rawPredict and
 * streamRawPredict (https://docs.anthropic.com/en/api/claude-on-vertex-ai). What asks otherwise is refused.
 */
public final class VertexAnswer implements Answer {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PUBLISHERS = "/v1/projects/acme-prod/locations/europe-west4/publishers/";

    private final GeminiAnswer gemini;
    private final AnthropicAnswer anthropic;

    public VertexAnswer(GeminiAnswer gemini, AnthropicAnswer anthropic) {
        this.gemini = gemini;
        this.anthropic = anthropic;
    }

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        String target = exchange.received().target();
        JsonNode request = exchange.received().json();
        if (target.matches(
                PUBLISHERS + "google/models/gemini-[^/]+:(generateContent|streamGenerateContent\\?alt=sse)")) {
            gemini(exchange, request);
        } else if (target.matches(PUBLISHERS + "anthropic/models/claude-[^/%]+:(rawPredict|streamRawPredict)")
                && request.path("anthropic_version").asString("").equals("vertex-2023-10-16")
                && !request.has("model")
                && request.path("stream").asBoolean(false) == target.endsWith(":streamRawPredict")) {
            anthropic(exchange, request);
        } else {
            GeminiAnswer.error(404, "NOT_FOUND", "Publisher Model was not found.")
                    .to(exchange);
        }
    }

    /** Calls of functions have no ids here, other than at Google's AI Studio. */
    private void gemini(Exchange exchange, JsonNode request) throws IOException, InterruptedException {
        for (JsonNode content : request.path("contents")) {
            for (JsonNode part : content.path("parts")) {
                if (part.path("functionCall").has("id")
                        || part.path("functionResponse").has("id")) {
                    GeminiAnswer.error(400, "INVALID_ARGUMENT", "Unknown name 'id': Cannot find field.")
                            .to(exchange);
                    return;
                }
            }
        }
        gemini.to(exchange);
    }

    private void anthropic(Exchange exchange, JsonNode request) throws IOException, InterruptedException {
        JsonNode named = JSON.createObjectNode()
                .put("model", "claude-haiku-4-5-20251001")
                .setAll((ObjectNode) request);
        if (request.path("stream").asBoolean(false)) {
            anthropic.stream(exchange, named);
        } else {
            exchange.json(200, anthropic.body(named));
        }
    }
}
