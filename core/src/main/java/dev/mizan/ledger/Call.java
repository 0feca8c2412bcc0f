package dev.mizan.ledger;

import java.util.List;

/**
 * What was called, as the caller asked for it. An empty string means that there is none.
 *
 * @param endpoint the route, e.g. {@code /v1/chat/completions}
 * @param operation the operation, e.g. {@code chat}, {@code embeddings}, {@code document_analysis}
 * @param requestedModel the model that the caller named, as sent
 * @param alias the public model alias it resolved to
 * @param dialect the caller's wire format, e.g. {@code openai-chat}
 * @param tags the caller's tags, in their order, without doubles
 */
public record Call(
        String endpoint,
        String operation,
        String documentType,
        String chatId,
        String messageId,
        List<String> tags,
        String requestedModel,
        String alias,
        String dialect,
        boolean streaming) {
    public Call {
        tags = List.copyOf(tags);
    }

    /** The same call, of a document of type {@code type}. */
    public Call withDocumentType(String type) {
        return new Call(endpoint, operation, type, chatId, messageId, tags, requestedModel, alias, dialect, streaming);
    }

    /** The same call, answered by another alias. */
    public Call withAlias(String other) {
        return new Call(
                endpoint, operation, documentType, chatId, messageId, tags, requestedModel, other, dialect, streaming);
    }
}
