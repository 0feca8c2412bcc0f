package dev.mizan.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final Instant AT = Instant.parse("2026-06-01T00:00:00Z");
    private static final Usage USAGE = Usage.builder()
            .set(Unit.INPUT, 50)
            .set(Unit.CACHE_READ, 10_000)
            .set(Unit.OUTPUT, 200)
            .build();

    private final ModelPrices called = Cards.model(Cards.card("input", "3", "cache_read", "0.3", "output", "15"));

    @Test
    void aCostIsExplainedStepByStep() {
        Explanation explanation = explained();

        assertThat(explanation.lines())
                .containsExactly(
                        "50 input × $3 per 1,000,000 = $0.00015",
                        "10,000 cache_read × $0.3 per 1,000,000 = $0.003",
                        "200 output × $15 per 1,000,000 = $0.003",
                        "total = $0.00615",
                        "by card acme/m@2026-01-01, from test",
                        "uncached: $0.03315");
    }

    @Test
    void theSameCallIsComparedWithAnotherModel() {
        ModelPrices other = new ModelPrices("acme", "big", 0, 0, List.of(Cards.card("input", "30", "output", "60")));
        ModelPrices incomplete = new ModelPrices("acme", "half", 0, 0, List.of(Cards.card("input", "30")));

        Explanation explanation = explained().comparedWith(other, USAGE, AT).comparedWith(incomplete, USAGE, AT);

        assertThat(explanation.lines())
                .contains("acme/big: $0.3135")
                .anyMatch(line -> line.startsWith("acme/half: no price ("));
        assertThat(explanation.json().get("otherwise_usd"))
                .isEqualTo(Map.of("uncached", "0.03315", "acme/big", "0.3135"));
    }

    @Test
    void asJsonAmountsAreDecimalText() {
        Map<String, Object> json = explained().json();

        assertThat(json)
                .containsEntry("price_card", "acme/m@2026-01-01")
                .containsEntry("source", "test")
                .containsEntry("effective_from", "2026-01-01")
                .containsEntry("tier", "")
                .containsEntry("total_cost_usd", "0.00615");
        assertThat(json.get("components"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .first()
                .isEqualTo(Map.of(
                        "name",
                        "input",
                        "quantity",
                        50L,
                        "price_usd",
                        "3",
                        "per",
                        1_000_000L,
                        "cost_usd",
                        "0.00015",
                        "formula",
                        "50 input × $3 per 1,000,000 = $0.00015"));
    }

    @Test
    void aReceiptOfACardThatIsGoneExplainsItselfAllTheSame() {
        Receipt old =
                new Receipt("acme/m@2020-01-01", "batch", explainedReceipt().components());

        Explanation explanation = Explanation.of(old, USAGE, called, AT);

        assertThat(explanation.source()).isEmpty();
        assertThat(explanation.date()).isEqualTo("2020-01-01");
        assertThat(explanation.lines()).contains("by card acme/m@2020-01-01", "tier: batch");
        assertThat(Explanation.of(Receipt.NONE).lines()).containsExactly("total = $0");
    }

    private Explanation explained() {
        return Explanation.of(explainedReceipt(), USAGE, called, AT);
    }

    private Receipt explainedReceipt() {
        return switch (called.price(USAGE, AT.toEpochMilli())) {
            case Priced.Known(Receipt receipt) -> receipt;
            case Priced.Unknown(String reason) -> throw new AssertionError(reason);
        };
    }
}
