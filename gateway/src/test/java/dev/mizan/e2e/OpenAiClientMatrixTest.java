package dev.mizan.e2e;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.CompletionUsage;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** OpenAI's official client, chat completions. */
class OpenAiClientMatrixTest extends ClientMatrix<OpenAIClient> {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    OpenAIClient client(String address, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(address + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @Override
    void close(OpenAIClient used) {
        used.close();
    }

    @Override
    Said ask(String model) {
        return create(params(model).addUserMessage(QUESTION));
    }

    @Override
    Said stream(String model) {
        return streamed(params(model).addUserMessage(QUESTION));
    }

    @Override
    List<Said> useTool(String model) {
        ChatCompletionCreateParams.Builder params = withTool(model);
        ChatCompletion first = client().chat().completions().create(params.build());
        params.addMessage(first.choices().getFirst().message())
                .addMessage(ChatCompletionToolMessageParam.builder()
                        .toolCallId(call(first).orElseThrow().id())
                        .content(RESULT)
                        .build());
        return List.of(said(first), create(params));
    }

    @Override
    Said streamTool(String model) {
        return streamed(withTool(model));
    }

    @Override
    Said show(String model) {
        return create(params(model).addUserMessageOfArrayOfContentParts(picture("data:image/png;base64," + PICTURE)));
    }

    @Override
    Said showLink(String model) {
        return create(params(model).addUserMessageOfArrayOfContentParts(picture(LINK)));
    }

    @Override
    Said fill(String model) {
        ResponseFormatJsonSchema.JsonSchema.Schema.Builder schema =
                ResponseFormatJsonSchema.JsonSchema.Schema.builder();
        ANSWER_SCHEMA.forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
        return create(params(model)
                .addUserMessage(QUESTION)
                .responseFormat(ResponseFormatJsonSchema.builder()
                        .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                                .name("weather")
                                .schema(schema.build())
                                .build())
                        .build()));
    }

    @Override
    void leave(String model) {
        try (StreamResponse<ChatCompletionChunk> stream = client().chat()
                .completions()
                .createStreaming(params(model).addUserMessage(QUESTION).build())) {
            Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
            while (chunks.next().choices().stream()
                    .allMatch(choice -> choice.delta().content().orElse("").isEmpty())) {}
        }
    }

    @Override
    Said askForItsOwn(String model) {
        return create(params(model)
                .addUserMessage(QUESTION)
                .logitBias(ChatCompletionCreateParams.LogitBias.builder()
                        .putAdditionalProperty("50256", JsonValue.from(-100))
                        .build()));
    }

    @Override
    String itsOwn() {
        return "logit_bias";
    }

    @Override
    String linkField() {
        return "messages[0].content[1].image_url";
    }

    @Override
    List<ProviderWire> own() {
        return List.of(ProviderWire.CHAT);
    }

    @Override
    String ended() {
        return "stop";
    }

    @Override
    String endedWithCall() {
        return "tool_calls";
    }

    @Override
    Class<? extends Exception> thrown(int status) {
        return status == 429 ? RateLimitException.class : BadRequestException.class;
    }

    private Said create(ChatCompletionCreateParams.Builder params) {
        return said(client().chat().completions().create(params.build()));
    }

    private Said streamed(ChatCompletionCreateParams.Builder params) {
        params.streamOptions(
                ChatCompletionStreamOptions.builder().includeUsage(true).build());
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client().chat().completions().createStreaming(params.build())) {
            stream.stream().forEach(whole::accumulate);
        }
        return said(whole.chatCompletion());
    }

    private static Said said(ChatCompletion completion) {
        ChatCompletion.Choice choice = completion.choices().getFirst();
        CompletionUsage usage = completion.usage().orElseThrow();
        return new Said(
                choice.message().content().orElse(""),
                choice.finishReason().asString(),
                call(completion)
                        .map(call -> new Called(
                                call.function().name(),
                                JSON.readTree(call.function().arguments())
                                        .path("city")
                                        .asString(""))),
                usage.promptTokens(),
                usage.promptTokensDetails()
                        .flatMap(CompletionUsage.PromptTokensDetails::cachedTokens)
                        .orElse(0L),
                usage.completionTokens());
    }

    private static Optional<ChatCompletionMessageFunctionToolCall> call(ChatCompletion completion) {
        return completion
                .choices()
                .getFirst()
                .message()
                .toolCalls()
                .flatMap(calls -> calls.stream().findFirst())
                .map(ChatCompletionMessageToolCall::asFunction);
    }

    private static ChatCompletionCreateParams.Builder withTool(String model) {
        FunctionParameters.Builder parameters = FunctionParameters.builder();
        TOOL_SCHEMA.forEach((name, value) -> parameters.putAdditionalProperty(name, JsonValue.from(value)));
        return params(model)
                .addUserMessage(QUESTION)
                .addTool(ChatCompletionFunctionTool.builder()
                        .function(FunctionDefinition.builder()
                                .name(TOOL)
                                .parameters(parameters.build())
                                .build())
                        .build());
    }

    private static List<ChatCompletionContentPart> picture(String url) {
        return List.of(
                ChatCompletionContentPart.ofText(
                        ChatCompletionContentPartText.builder().text(QUESTION).build()),
                ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                        .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                                .url(url)
                                .build())
                        .build()));
    }

    private static ChatCompletionCreateParams.Builder params(String model) {
        return ChatCompletionCreateParams.builder().model(model);
    }
}
