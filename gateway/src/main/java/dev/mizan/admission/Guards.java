package dev.mizan.admission;

import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Refusal;
import dev.mizan.messages.Language;
import dev.mizan.messages.Texts;
import dev.mizan.wire.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What every call must keep to, whoever makes it ({@code guards}). Zero means that there is no such guard.
 *
 * @param inputTokensMax tokens of input, estimated before the call
 * @param outputTokensMax tokens of output that one call may ask for; a call that names no limit is sent this one
 * @param clampsOutput whether a call that asks for more gets {@code outputTokensMax} rather than a refusal
 * @param toolCallsMax calls of tools since the last message of a user
 * @param switchesToolsOff whether a call that goes beyond {@code toolCallsMax} is answered without tools rather than
 *     refused
 * @param documentsMax documents and results of tools in one call
 * @param onDocuments what becomes of a call that has more
 * @param messagesMax messages of one call
 */
public record Guards(
        long inputTokensMax,
        long outputTokensMax,
        boolean clampsOutput,
        int toolCallsMax,
        boolean switchesToolsOff,
        int documentsMax,
        OnDocuments onDocuments,
        int messagesMax) {
    /** No guards. */
    public static final Guards NONE = new Guards(0, 0, false, 0, false, 0, OnDocuments.REFUSE, 0);

    /** What becomes of a call that has too many documents. */
    public enum OnDocuments {
        REFUSE,
        /** It goes on with the first of them, and notes in place of the others. */
        TRIM,
        /** It goes on as it is; its answer and the metrics say so. */
        REPORT;

        /** The name in the configuration. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A call that may go on.
     *
     * @param request the call, changed where a guard changes calls
     * @param acted what guards did: {@code tools_off}, {@code documents_trimmed}, {@code documents_reported}
     */
    public record Guarded(CallRequest request, List<String> acted) {
        public Guarded {
            acted = List.copyOf(acted);
        }
    }

    /**
     * Why {@code request} is refused; empty if it is not.
     *
     * @param inputTokens what its input is estimated as
     */
    public Optional<Refusal> refuse(CallRequest request, long inputTokens, Texts texts, Language language) {
        if (inputTokensMax > 0 && inputTokens > inputTokensMax) {
            return refusal(
                    ErrorCode.INPUT_TOKEN_LIMIT_EXCEEDED, "guard.input", inputTokens, inputTokensMax, texts, language);
        }
        if (outputTokensMax > 0 && !clampsOutput && request.maxOutputTokens() > outputTokensMax) {
            return refusal(
                    ErrorCode.OUTPUT_TOKEN_LIMIT_EXCEEDED,
                    "guard.output",
                    request.maxOutputTokens(),
                    outputTokensMax,
                    texts,
                    language);
        }
        int toolCalls = request.extent().toolCalls();
        if (hasTooManyToolCalls(request) && !switchesToolsOff) {
            return refusal(
                    ErrorCode.TOOL_CALL_LIMIT_EXCEEDED, "guard.tool_calls", toolCalls, toolCallsMax, texts, language);
        }
        int documents = request.extent().documents();
        if (hasTooManyDocuments(request) && onDocuments == OnDocuments.REFUSE) {
            return refusal(ErrorCode.INVALID_REQUEST, "guard.documents", documents, documentsMax, texts, language);
        }
        if (messagesMax > 0 && request.messages() > messagesMax) {
            return refusal(
                    ErrorCode.INVALID_REQUEST, "guard.messages", request.messages(), messagesMax, texts, language);
        }
        return Optional.empty();
    }

    /**
     * {@code request} as it goes on, once {@link #refuse} has let it: changed in its own dialect, so that every
     * provider is sent the same.
     *
     * @param protocol what its body is written in
     */
    public Guarded apply(CallRequest request, Protocol protocol) {
        List<String> acted = new ArrayList<>(0);
        Slice body = request.body();
        if (hasTooManyToolCalls(request)) {
            body = protocol.edits().withoutTools(body);
            acted.add("tools_off");
        }
        if (hasTooManyDocuments(request)) {
            boolean trims = onDocuments == OnDocuments.TRIM;
            body = trims ? protocol.edits().firstDocuments(body, documentsMax) : body;
            acted.add(trims ? "documents_trimmed" : "documents_reported");
        }
        boolean isChanged = !body.equals(request.body());
        return new Guarded(isChanged ? protocol.read(request.route(), body, request.model()) : request, acted);
    }

    private boolean hasTooManyToolCalls(CallRequest request) {
        return toolCallsMax > 0 && request.extent().toolCalls() > toolCallsMax;
    }

    private boolean hasTooManyDocuments(CallRequest request) {
        return documentsMax > 0 && request.extent().documents() > documentsMax;
    }

    private static Optional<Refusal> refusal(
            ErrorCode code, String text, long value, long max, Texts texts, Language language) {
        String message = texts.text(language, text, Map.of("value", Long.toString(value), "max", Long.toString(max)));
        return Optional.of(Refusal.of(code, message));
    }
}
