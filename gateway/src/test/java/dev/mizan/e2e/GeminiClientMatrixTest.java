package dev.mizan.e2e;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ClientException;
import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GenerateContentResponseUsageMetadata;
import com.google.genai.types.GoogleSearch;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Google's official client for Gemini. */
class GeminiClientMatrixTest extends ClientMatrix<Client> {
    @Override
    Client client(String address, String key) {
        return GeminiClientTest.client(address, key);
    }

    @Override
    void close(Client used) {
        used.close();
    }

    @Override
    Said ask(String model) {
        return generate(model, configuration(), Part.fromText(QUESTION));
    }

    @Override
    Said stream(String model) {
        return streamed(model, configuration());
    }

    @Override
    List<Said> useTool(String model) {
        Content question = Content.fromParts(Part.fromText(QUESTION));
        GenerateContentConfig configuration = withTool(configuration());
        GenerateContentResponse first = client().models.generateContent(model, List.of(question), configuration);
        Content asked = candidate(first).content().orElseThrow();
        Content result = Content.fromParts(Part.fromFunctionResponse(TOOL, Map.of("output", RESULT)));
        return List.of(
                said(List.of(first)),
                said(List.of(client().models.generateContent(model, List.of(question, asked, result), configuration))));
    }

    @Override
    Said streamTool(String model) {
        return streamed(model, withTool(configuration()));
    }

    @Override
    Said show(String model) {
        return generate(
                model,
                configuration(),
                Part.fromText(QUESTION),
                Part.fromBytes(Base64.getDecoder().decode(PICTURE), "image/png"));
    }

    @Override
    Said showLink(String model) {
        return generate(model, configuration(), Part.fromText(QUESTION), Part.fromUri(LINK, "image/png"));
    }

    @Override
    Said fill(String model) {
        return generate(
                model,
                configuration().toBuilder()
                        .responseMimeType("application/json")
                        .responseJsonSchema(ANSWER_SCHEMA)
                        .build(),
                Part.fromText(QUESTION));
    }

    @Override
    void leave(String model) {
        try (ResponseStream<GenerateContentResponse> stream =
                client().models.generateContentStream(model, QUESTION, configuration())) {
            Iterator<GenerateContentResponse> responses = stream.iterator();
            while (text(responses.next()).isEmpty()) {}
        }
    }

    @Override
    Said askForItsOwn(String model) {
        return generate(
                model,
                configuration().toBuilder()
                        .tools(Tool.builder()
                                .googleSearch(GoogleSearch.builder().build())
                                .build())
                        .build(),
                Part.fromText(QUESTION));
    }

    @Override
    String itsOwn() {
        return "tools[0].googleSearch";
    }

    @Override
    String linkField() {
        return "contents[0].parts[1].fileData";
    }

    @Override
    List<ProviderWire> own() {
        return List.of(ProviderWire.GENERATE_CONTENT);
    }

    @Override
    String ended() {
        return "STOP";
    }

    @Override
    String endedWithCall() {
        return "STOP";
    }

    @Override
    Class<? extends Exception> thrown(int status) {
        return ClientException.class;
    }

    private Said generate(String model, GenerateContentConfig configuration, Part... parts) {
        return said(List.of(client().models.generateContent(model, Content.fromParts(parts), configuration)));
    }

    private Said streamed(String model, GenerateContentConfig configuration) {
        List<GenerateContentResponse> responses = new ArrayList<>();
        try (ResponseStream<GenerateContentResponse> stream =
                client().models.generateContentStream(model, QUESTION, configuration)) {
            stream.forEach(responses::add);
        }
        return said(responses);
    }

    private static Said said(List<GenerateContentResponse> responses) {
        StringBuilder text = new StringBuilder();
        Optional<Called> called = Optional.empty();
        for (GenerateContentResponse response : responses) {
            text.append(text(response));
            for (Part part : parts(response)) {
                if (part.functionCall().isPresent()) {
                    FunctionCall call = part.functionCall().get();
                    called = Optional.of(new Called(
                            call.name().orElseThrow(),
                            String.valueOf(call.args().orElseThrow().get("city"))));
                }
            }
        }
        GenerateContentResponseUsageMetadata usage =
                responses.getLast().usageMetadata().orElseThrow();
        return new Said(
                text.toString(),
                candidate(responses.getLast()).finishReason().orElseThrow().toString(),
                called,
                usage.promptTokenCount().orElseThrow(),
                usage.cachedContentTokenCount().orElse(0),
                usage.candidatesTokenCount().orElseThrow());
    }

    private static String text(GenerateContentResponse response) {
        StringBuilder text = new StringBuilder();
        parts(response).forEach(part -> text.append(part.text().orElse("")));
        return text.toString();
    }

    private static List<Part> parts(GenerateContentResponse response) {
        return candidate(response).content().flatMap(Content::parts).orElse(List.of());
    }

    private static Candidate candidate(GenerateContentResponse response) {
        return response.candidates().orElseThrow().getFirst();
    }

    private static GenerateContentConfig withTool(GenerateContentConfig configuration) {
        return configuration.toBuilder()
                .tools(Tool.builder()
                        .functionDeclarations(FunctionDeclaration.builder()
                                .name(TOOL)
                                .parametersJsonSchema(TOOL_SCHEMA)
                                .build())
                        .build())
                .build();
    }

    private static GenerateContentConfig configuration() {
        return GenerateContentConfig.builder().maxOutputTokens(64).build();
    }
}
