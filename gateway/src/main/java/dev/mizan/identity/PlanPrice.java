package dev.mizan.identity;

import java.math.BigDecimal;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a stored plan costs its holder.
 *
 * @param amount for each {@code per}, ≥ 0; 0 for free
 * @param currency ISO 4217 code
 * @param per {@code month}, or a duration such as {@code 30d}
 */
public record PlanPrice(BigDecimal amount, String currency, String per) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** The price in a plan's {@link Holder.Profile#details}: {@code {"price":{"amount","currency","per"}}}. */
    public static PlanPrice read(String details) {
        JsonNode price = MAPPER.readTree(details).path("price");
        return new PlanPrice(
                price.path("amount").isNumber() ? price.path("amount").decimalValue() : BigDecimal.ZERO,
                price.path("currency").asString("USD"),
                price.path("per").asString("month"));
    }
}
