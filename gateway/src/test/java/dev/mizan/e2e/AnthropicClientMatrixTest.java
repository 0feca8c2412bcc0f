package dev.mizan.e2e;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.JsonOutputFormat;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.OutputConfig;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.anthropic.models.messages.UrlImageSource;
import com.anthropic.models.messages.WebSearchTool20250305;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Anthropic's official client. */
class AnthropicClientMatrixTest extends ClientMatrix<AnthropicClient> {
    /** Of the tool. */
    record Arguments(String city) {}

    @Override
    AnthropicClient client(String address, String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(address)
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @Override
    void close(AnthropicClient used) {
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
        MessageCreateParams.Builder params = withTool(model);
        Message first = client().messages().create(params.build());
        params.addMessage(first)
                .addUserMessageOfContentBlockParams(
                        List.of(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                                .toolUseId(call(first).orElseThrow().id())
                                .content(RESULT)
                                .build())));
        return List.of(said(first), create(params));
    }

    @Override
    Said streamTool(String model) {
        return streamed(withTool(model));
    }

    @Override
    Said show(String model) {
        return create(params(model)
                .addUserMessageOfContentBlockParams(List.of(
                        ContentBlockParam.ofText(
                                TextBlockParam.builder().text(QUESTION).build()),
                        ContentBlockParam.ofImage(Base64ImageSource.builder()
                                .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
                                .data(PICTURE)
                                .build()))));
    }

    @Override
    Said showLink(String model) {
        return create(params(model)
                .addUserMessageOfContentBlockParams(List.of(
                        ContentBlockParam.ofText(
                                TextBlockParam.builder().text(QUESTION).build()),
                        ContentBlockParam.ofImage(
                                UrlImageSource.builder().url(LINK).build()))));
    }

    @Override
    Said fill(String model) {
        JsonOutputFormat.Schema.Builder schema = JsonOutputFormat.Schema.builder();
        ANSWER_SCHEMA.forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
        return create(params(model)
                .addUserMessage(QUESTION)
                .outputConfig(OutputConfig.builder()
                        .format(JsonOutputFormat.builder()
                                .schema(schema.build())
                                .build())
                        .build()));
    }

    @Override
    void leave(String model) {
        try (StreamResponse<RawMessageStreamEvent> stream = client().messages()
                .createStreaming(params(model).addUserMessage(QUESTION).build())) {
            Iterator<RawMessageStreamEvent> events = stream.stream().iterator();
            while (!events.next().isContentBlockDelta()) {}
        }
    }

    @Override
    Said askForItsOwn(String model) {
        return create(params(model)
                .addUserMessage(QUESTION)
                .addTool(WebSearchTool20250305.builder().build()));
    }

    @Override
    String itsOwn() {
        return "tools[0]";
    }

    @Override
    String linkField() {
        return "messages[0].content[1].source";
    }

    @Override
    ProviderWire wire(ProviderKind kind) {
        return kind == ProviderKind.BEDROCK_CLAUDE ? ProviderWire.INVOKE : kind.wire();
    }

    @Override
    List<ProviderWire> own() {
        return List.of(ProviderWire.MESSAGES, ProviderWire.INVOKE);
    }

    @Override
    String ended() {
        return "end_turn";
    }

    @Override
    String endedWithCall() {
        return "tool_use";
    }

    @Override
    Class<? extends Exception> thrown(int status) {
        return status == 429 ? RateLimitException.class : BadRequestException.class;
    }

    private Said create(MessageCreateParams.Builder params) {
        return said(client().messages().create(params.build()));
    }

    private Said streamed(MessageCreateParams.Builder params) {
        MessageAccumulator whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> stream = client().messages().createStreaming(params.build())) {
            stream.stream().forEach(whole::accumulate);
        }
        return said(whole.message());
    }

    private static Said said(Message message) {
        long cached = message.usage().cacheReadInputTokens().orElse(0L);
        return new Said(
                message.content().stream()
                        .filter(ContentBlock::isText)
                        .map(block -> block.asText().text())
                        .collect(Collectors.joining()),
                message.stopReason().orElseThrow().asString(),
                call(message)
                        .map(call -> new Called(
                                call.name(),
                                Objects.requireNonNull(call._input().convert(Arguments.class))
                                        .city())),
                message.usage().inputTokens() + cached,
                cached,
                message.usage().outputTokens());
    }

    private static Optional<ToolUseBlock> call(Message message) {
        return message.content().stream()
                .filter(ContentBlock::isToolUse)
                .map(ContentBlock::asToolUse)
                .findFirst();
    }

    private static MessageCreateParams.Builder withTool(String model) {
        Tool.InputSchema.Properties.Builder properties = Tool.InputSchema.Properties.builder();
        TOOL_PROPERTIES.forEach((name, value) -> properties.putAdditionalProperty(name, JsonValue.from(value)));
        return params(model)
                .addUserMessage(QUESTION)
                .addTool(Tool.builder()
                        .name(TOOL)
                        .inputSchema(Tool.InputSchema.builder()
                                .properties(properties.build())
                                .addRequired("city")
                                .build())
                        .build());
    }

    private static MessageCreateParams.Builder params(String model) {
        return MessageCreateParams.builder().model(model).maxTokens(64);
    }
}
