package dev.mizan.admission;

import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Refusal;
import dev.mizan.messages.Language;
import dev.mizan.messages.Texts;
import java.util.Map;
import java.util.Optional;

/**
 * What every call must keep to, whoever makes it ({@code guards}). Zero means that there is no such guard.
 *
 * @param inputTokensMax tokens of input, estimated before the call
 * @param outputTokensMax tokens of output that one call may ask for; a call that names no limit is sent this one
 * @param clampsOutput whether a call that asks for more gets {@code outputTokensMax} rather than a refusal
 * @param toolCallsMax calls of tools since the last message of a user
 * @param documentsMax documents and results of tools in one call
 * @param messagesMax messages of one call
 */
public record Guards(
        long inputTokensMax,
        long outputTokensMax,
        boolean clampsOutput,
        int toolCallsMax,
        int documentsMax,
        int messagesMax) {
    /** No guards. */
    public static final Guards NONE = new Guards(0, 0, false, 0, 0, 0);

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
        if (toolCallsMax > 0 && toolCalls > toolCallsMax) {
            return refusal(
                    ErrorCode.TOOL_CALL_LIMIT_EXCEEDED, "guard.tool_calls", toolCalls, toolCallsMax, texts, language);
        }
        int documents = request.extent().documents();
        if (documentsMax > 0 && documents > documentsMax) {
            return refusal(ErrorCode.INVALID_REQUEST, "guard.documents", documents, documentsMax, texts, language);
        }
        if (messagesMax > 0 && request.messages() > messagesMax) {
            return refusal(
                    ErrorCode.INVALID_REQUEST, "guard.messages", request.messages(), messagesMax, texts, language);
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refusal(
            ErrorCode code, String text, long value, long max, Texts texts, Language language) {
        String message = texts.text(language, text, Map.of("value", Long.toString(value), "max", Long.toString(max)));
        return Optional.of(Refusal.of(code, message));
    }
}
