package dev.mizan.operation;

import dev.mizan.ledger.Cost;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an operation answers, before its cost is known.
 *
 * @param documentType of the document, for the ledger; empty for none
 * @param isDocument whether its cost is told in lira, too
 */
public record OperationReply(String documentType, boolean isDocument, ObjectNode body) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern TYPE = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final Pattern FENCE = Pattern.compile("^```[a-z]*\\s*|\\s*```$");
    private static final int TRY_PLACES = 6;

    static OperationReply ofText(String said) {
        ObjectNode body = JSON.createObjectNode();
        body.put("answer", said);
        return new OperationReply("", false, body);
    }

    /**
     * Of what a model said of a document: its JSON object, or its text where it is none.
     *
     * @param types those that are written on the ledger; empty for any short name
     */
    static OperationReply ofDocument(String said, List<String> types) {
        ObjectNode body = JSON.createObjectNode();
        body.putNull("document_type");
        body.putObject("fields");
        ObjectNode found = object(said);
        if (found.isEmpty()) {
            body.put("text", said);
        }
        body.setAll(found);
        String type = body.path("document_type").asString("");
        boolean isKnown = types.isEmpty() ? TYPE.matcher(type).matches() : types.contains(type);
        return new OperationReply(isKnown ? type : "", true, body);
    }

    /** The whole answer in UTF-8.
     *
     * @param model the model that answered
     * @param liraPerUsd empty where there is no rate
     */
    public Slice answer(String model, Usage usage, Cost cost, Optional<BigDecimal> liraPerUsd) {
        ObjectNode answer = body.deepCopy();
        answer.put("model", model);
        answer.putObject("usage")
                .put("input", usage.inputTokens())
                .put("output", usage.outputTokens())
                .put("total", usage.totalTokens());
        answer.put("cost_usd", cost.charged().usd());
        if (isDocument) {
            liraPerUsd.ifPresentOrElse(
                    rate -> answer.put(
                            "cost_try",
                            cost.charged()
                                    .usd()
                                    .multiply(rate)
                                    .setScale(TRY_PLACES, RoundingMode.HALF_EVEN)
                                    .stripTrailingZeros()),
                    () -> answer.putNull("cost_try"));
        }
        return Slice.of(JSON.writeValueAsBytes(answer));
    }

    private static ObjectNode object(String said) {
        try {
            JsonNode json = JSON.readTree(FENCE.matcher(said.strip()).replaceAll(""));
            return json instanceof ObjectNode object ? object : JSON.createObjectNode();
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        }
    }
}
