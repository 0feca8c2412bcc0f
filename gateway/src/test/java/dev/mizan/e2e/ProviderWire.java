package dev.mizan.e2e;

import dev.mizan.upstream.Answer;
import dev.mizan.upstream.Answers;
import dev.mizan.upstream.AnthropicAnswer;
import dev.mizan.upstream.BedrockAnswer;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.GeminiAnswer;
import dev.mizan.upstream.OllamaAnswer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a provider writes and reads: answers that all say the same in its own format, and where in a request things are.
 * Requests have one message of the user first, whose picture is its second part; then a call of a tool and its result.
 */
enum ProviderWire {
    CHAT(
            "/tools/0/function/parameters",
            "/messages/0/content/1/image_url/url",
            "/messages/2/content",
            "/response_format/json_schema/schema") {
        @Override
        Answer says(String... deltas) {
            return ChatAnswer.of(deltas).usage(ChatAnswer.usage(109, 30, 100, 0));
        }

        @Override
        Answer calls(String tool, String argumentsJson) {
            return ChatAnswer.of("Let me see.").tool(tool, argumentsJson).usage(ChatAnswer.usage(109, 30, 100, 0));
        }

        // Azure's streams have an event more at their start, and so one text less.
        @Override
        Answer stalls(String text) {
            return ChatAnswer.of(text, text, text, text, text).cut(5, ChatAnswer.Cut.STALL);
        }

        @Override
        Answer fails(int status, String message) {
            return Answers.failure(
                    status, message, status == 429 ? "requests" : "invalid_request_error", "some_code_of_openai");
        }
    },
    MESSAGES(
            "/tools/0/input_schema",
            "/messages/0/content/1/source/data",
            "/messages/2/content/0/content",
            "/output_config/format/schema") {
        @Override
        Answer says(String... deltas) {
            return AnthropicAnswer.of(deltas).usage(9, 100, 0, 30);
        }

        @Override
        Answer calls(String tool, String argumentsJson) {
            return AnthropicAnswer.of("Let me see.").tool(tool, argumentsJson).usage(9, 100, 0, 30);
        }

        @Override
        Answer stalls(String text) {
            return AnthropicAnswer.of(text, text, text, text)
                    .usage(9, 100, 0, 30)
                    .cut(6, false);
        }

        @Override
        Answer fails(int status, String message) {
            return AnthropicAnswer.error(status, status == 429 ? "rate_limit_error" : "invalid_request_error", message);
        }
    },
    GENERATE_CONTENT(
            "/tools/0/functionDeclarations/0/parametersJsonSchema",
            "/contents/0/parts/1/inlineData/data",
            "/contents/2/parts/0/functionResponse/response",
            "/generationConfig/responseJsonSchema") {
        @Override
        Answer says(String... deltas) {
            return GeminiAnswer.of(deltas).usage(109, 100, 30, 0);
        }

        @Override
        Answer calls(String tool, String argumentsJson) {
            return GeminiAnswer.of("Let me see.").call(tool, argumentsJson).usage(109, 100, 30, 0);
        }

        @Override
        Answer stalls(String text) {
            return GeminiAnswer.of(text, text, text, text)
                    .usage(109, 100, 30, 0)
                    .cut(3);
        }

        @Override
        Answer fails(int status, String message) {
            return GeminiAnswer.error(status, status == 429 ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT", message);
        }
    },
    CONVERSE(
            "/toolConfig/tools/0/toolSpec/inputSchema/json",
            "/messages/0/content/1/image/source/bytes",
            "/messages/2/content/0/toolResult/content",
            "/outputConfig/textFormat/structure/jsonSchema/schema") {
        @Override
        Answer says(String... deltas) {
            return BedrockAnswer.of(deltas).usage(9, 100, 0, 30);
        }

        @Override
        Answer calls(String tool, String argumentsJson) {
            return BedrockAnswer.of("Let me see.").tool(tool, argumentsJson).usage(9, 100, 0, 30);
        }

        @Override
        Answer stalls(String text) {
            return BedrockAnswer.of(text, text, text, text).usage(9, 100, 0, 30).cut(4, BedrockAnswer.Cut.STALL);
        }

        @Override
        Answer fails(int status, String message) {
            return BedrockAnswer.error(status, status == 429 ? "ThrottlingException" : "ValidationException", message);
        }
    },
    /** Anthropic's bodies at Bedrock: the requests are Anthropic's, streams are wrapped in frames. */
    INVOKE(MESSAGES.toolSchema, MESSAGES.picture, MESSAGES.toolResult, MESSAGES.answerSchema) {
        @Override
        Answer says(String... deltas) {
            return CONVERSE.says(deltas);
        }

        @Override
        Answer calls(String tool, String argumentsJson) {
            return CONVERSE.calls(tool, argumentsJson);
        }

        @Override
        Answer stalls(String text) {
            return BedrockAnswer.of(text, text, text, text).usage(9, 100, 0, 30).cut(6, BedrockAnswer.Cut.STALL);
        }

        @Override
        Answer fails(int status, String message) {
            return CONVERSE.fails(status, message);
        }
    },
    OLLAMA_CHAT("/tools/0/function/parameters", "/messages/0/images/0", "/messages/2/content", "/format") {
        @Override
        Answer says(String... deltas) {
            return OllamaAnswer.of(deltas).usage(109, 30);
        }

        @Override
        Answer calls(String tool, String argumentsJson) {
            return OllamaAnswer.of("Let me see.").call(tool, argumentsJson).usage(109, 30);
        }

        @Override
        Answer stalls(String text) {
            return OllamaAnswer.of(text, text, text, text).cut(3, false);
        }

        @Override
        Answer fails(int status, String message) {
            return Answers.status(status, "{\"error\":" + Answers.quoted(message) + "}");
        }
    };

    private static final JsonMapper JSON = new JsonMapper();

    private final String toolSchema;
    private final String picture;
    private final String toolResult;
    private final String answerSchema;

    ProviderWire(String toolSchema, String picture, String toolResult, String answerSchema) {
        this.toolSchema = toolSchema;
        this.picture = picture;
        this.toolResult = toolResult;
        this.answerSchema = answerSchema;
    }

    /** The pieces of text; 109 tokens of input, 100 of them cached where the format knows that, and 30 of output. */
    abstract Answer says(String... deltas);

    /** "Let me see.", then a call of a tool; the same usage. */
    abstract Answer calls(String tool, String argumentsJson);

    /** A stream that says {@code text} three or four times and then nothing more; Google's client reads one ahead. */
    abstract Answer stalls(String text);

    /** The provider's own error; {@code status} is 429 or 400. */
    abstract Answer fails(int status, String message);

    /** How many of the 109 tokens of input were cached. */
    long cached() {
        return this == OLLAMA_CHAT ? 0 : 100;
    }

    /** The schema of the first tool's input. */
    JsonNode toolSchema(JsonNode request) {
        return request.at(toolSchema);
    }

    /** The picture in base64. */
    String picture(JsonNode request) {
        String said = request.at(picture).asString("");
        return said.substring(said.indexOf(',') + 1);
    }

    /** What the tool's result is sent as. */
    String toolResult(JsonNode request) {
        return request.at(toolResult).toString();
    }

    /** The schema of the answer; Bedrock has it as a text. */
    JsonNode answerSchema(JsonNode request) {
        JsonNode schema = request.at(answerSchema);
        return schema.isString() ? JSON.readTree(schema.asString("")) : schema;
    }
}
