package dev.mizan.price;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Why a call cost what it did: quantity × price = cost for each component, the card and where it comes from, and what
 * the same call would have cost otherwise. Immutable.
 *
 * @param steps the receipt's components
 * @param card the id of the price card; empty if nothing was priced
 * @param source where the card's prices were read; empty if the catalogue no longer has that card
 * @param date since when the card is in force, or when it was read if that is not known; empty without a card
 * @param tier what applied beside the base price; empty if nothing did
 * @param total the sum of the steps
 * @param alternatives what the same call would have cost
 */
public record Explanation(
        List<Step> steps,
        String card,
        String source,
        String date,
        String tier,
        NanoUsd total,
        List<Alternative> alternatives) {
    public Explanation {
        steps = List.copyOf(steps);
        alternatives = List.copyOf(alternatives);
    }

    /**
     * One component.
     *
     * @param name the unit's label, or the tool's behind {@code tool:}
     * @param price USD for {@code per} units
     */
    public record Step(String name, long quantity, BigDecimal price, long per, NanoUsd cost) {
        /** E.g. {@code 26,447 input × $3 per 1,000,000 = $0.079341}. */
        public String formula() {
            return String.format(
                    Locale.ROOT, "%,d %s × $%s per %,d = %s", quantity, name, price.toPlainString(), per, cost);
        }
    }

    /**
     * What the same call would have cost otherwise.
     *
     * @param name {@code uncached}, or {@code PROVIDER/MODEL}
     */
    public record Alternative(String name, Priced priced) {
        /** The cost, if it is known. */
        public Optional<NanoUsd> cost() {
            return switch (priced) {
                case Priced.Known(Receipt receipt) -> Optional.of(receipt.totalCost());
                case Priced.Unknown(String reason) -> Optional.empty();
            };
        }
    }

    /**
     * Explains a receipt.
     *
     * @param usage what the call used
     * @param called the prices of the model that answered, as the catalogue has them today
     * @param at when the call was made
     */
    public static Explanation of(Receipt receipt, Usage usage, ModelPrices called, Instant at) {
        Optional<PriceCard> card = called.cards().stream()
                .filter(one -> one.id().equals(receipt.cardId()))
                .findFirst();
        Explanation plain = of(receipt);
        return new Explanation(
                plain.steps,
                plain.card,
                card.map(PriceCard::source).orElse(""),
                plain.date,
                plain.tier,
                plain.total,
                List.of(new Alternative("uncached", called.price(uncached(usage), at.toEpochMilli()))));
    }

    /** Explains a receipt by itself. */
    public static Explanation of(Receipt receipt) {
        List<Step> steps = new ArrayList<>();
        for (Component component : receipt.components()) {
            steps.add(new Step(
                    component.name(),
                    component.quantity(),
                    Rates.usd(component.nanoUsd()),
                    component.per(),
                    component.cost()));
        }
        return new Explanation(
                steps, receipt.cardId(), "", date(receipt.cardId()), receipt.tier(), receipt.totalCost(), List.of());
    }

    /** This, and what the same call would have cost with another model. */
    public Explanation comparedWith(ModelPrices other, Usage usage, Instant at) {
        List<Alternative> more = new ArrayList<>(alternatives);
        more.add(new Alternative(other.provider() + "/" + other.model(), other.price(usage, at.toEpochMilli())));
        return new Explanation(steps, card, source, date, tier, total, more);
    }

    /** The usage as if the provider had no cache: what was read from it or written to it is plain input. */
    static Usage uncached(Usage usage) {
        return usage.toBuilder()
                .set(
                        Unit.INPUT,
                        usage.get(Unit.INPUT)
                                + usage.get(Unit.CACHE_READ)
                                + usage.get(Unit.CACHE_WRITE_5M)
                                + usage.get(Unit.CACHE_WRITE_1H))
                .set(Unit.INPUT_AUDIO, usage.get(Unit.INPUT_AUDIO) + usage.get(Unit.CACHE_AUDIO_READ))
                .set(Unit.INPUT_IMAGE, usage.get(Unit.INPUT_IMAGE) + usage.get(Unit.CACHE_IMAGE_READ))
                .set(Unit.INPUT_VIDEO, usage.get(Unit.INPUT_VIDEO) + usage.get(Unit.CACHE_VIDEO_READ))
                .set(Unit.CACHE_READ, 0)
                .set(Unit.CACHE_WRITE_5M, 0)
                .set(Unit.CACHE_WRITE_1H, 0)
                .set(Unit.CACHE_AUDIO_READ, 0)
                .set(Unit.CACHE_IMAGE_READ, 0)
                .set(Unit.CACHE_VIDEO_READ, 0)
                .build();
    }

    private static String date(String cardId) {
        int at = cardId.lastIndexOf('@');
        return at < 0 ? "" : cardId.substring(at + 1, Math.min(cardId.length(), at + 11));
    }

    /** The explanation as lines of text. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        steps.forEach(step -> lines.add(step.formula()));
        lines.add("total = " + total);
        if (!card.isEmpty()) {
            lines.add("by card " + card + (source.isEmpty() ? "" : ", from " + source));
        }
        if (!tier.isEmpty()) {
            lines.add("tier: " + tier);
        }
        for (Alternative alternative : alternatives) {
            lines.add(alternative.name() + ": "
                    + switch (alternative.priced()) {
                        case Priced.Known(Receipt receipt) ->
                            receipt.totalCost().toString();
                        case Priced.Unknown(String reason) -> "no price (" + reason + ")";
                    });
        }
        return lines;
    }

    /** The explanation as a JSON object of texts, whole numbers, lists and objects; amounts are decimal text in USD. */
    public Map<String, Object> json() {
        List<Map<String, Object>> components = new ArrayList<>();
        for (Step step : steps) {
            Map<String, Object> component = new LinkedHashMap<>();
            component.put("name", step.name());
            component.put("quantity", step.quantity());
            component.put("price_usd", step.price().toPlainString());
            component.put("per", step.per());
            component.put("cost_usd", step.cost().toDecimal());
            component.put("formula", step.formula());
            components.add(component);
        }
        Map<String, Object> others = new LinkedHashMap<>();
        for (Alternative alternative : alternatives) {
            alternative.cost().ifPresent(cost -> others.put(alternative.name(), cost.toDecimal()));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("components", components);
        json.put("price_card", card);
        json.put("source", source);
        json.put("effective_from", date);
        json.put("tier", tier);
        json.put("total_cost_usd", total.toDecimal());
        json.put("otherwise_usd", others);
        return json;
    }
}
