package dev.mizan.admin;

import dev.mizan.ledger.Line;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.PriceCard;
import dev.mizan.price.Priced;
import dev.mizan.price.Receipt;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the cost of a line comes about: quantity × price of each component, the price card and where it is from, and what
 * the call would have cost without a provider's prompt cache. The components are the line's own receipt; the catalogue
 * is only asked where the card is from.
 */
final class Explanation {
    /** What a cached token is where there is no cache. */
    private static final Map<Unit, Unit> UNCACHED = Map.of(
            Unit.CACHE_READ, Unit.INPUT,
            Unit.CACHE_WRITE_5M, Unit.INPUT,
            Unit.CACHE_WRITE_1H, Unit.INPUT,
            Unit.CACHE_AUDIO_READ, Unit.INPUT_AUDIO,
            Unit.CACHE_IMAGE_READ, Unit.INPUT_IMAGE,
            Unit.CACHE_VIDEO_READ, Unit.INPUT_VIDEO);

    private Explanation() {}

    /**
     * The explanation of {@code line}.
     *
     * @param sameCall all lines of its call that {@code caller} may see, this one too
     */
    static ObjectNode of(Line line, List<Line> sameCall, Pricing pricing, Caller caller) {
        ObjectNode json = Json.object();
        json.put("id", line.id());
        boolean shown = LineJson.isReceiptShown(line, caller);
        Receipt receipt = shown ? line.cost().receipt() : Receipt.NONE;
        NanoUsd total = caller.isMaster() ? line.cost().provider() : line.cost().charged();
        json.put("total_cost_usd", total.toDecimal());
        json.put("overage_cost_usd", line.cost().overage().toDecimal());
        json.put("unpriced_reason", line.cost().unpricedReason());
        putCard(json, line, receipt, pricing);
        json.put("tier", receipt.tier());
        json.set("components", components(receipt));
        if (shown) {
            json.put("input_cost_usd", receipt.inputCost().toDecimal());
            json.put("output_cost_usd", receipt.outputCost().toDecimal());
        }
        putUncached(json, line, receipt, pricing);
        json.set("line", LineJson.of(line, caller));
        ArrayNode others = Json.array();
        sameCall.stream()
                .filter(other -> !other.id().equals(line.id()))
                .forEach(other -> others.add(LineJson.of(other, caller)));
        json.set("attempts", others);
        return json;
    }

    private static ArrayNode components(Receipt receipt) {
        ArrayNode components = Json.array();
        for (Component component : receipt.components()) {
            String price = NanoUsd.ofNanos(component.nanoUsd()).toDecimal();
            ObjectNode json = Json.object();
            json.put("name", component.name());
            json.put("quantity", component.quantity());
            json.put("price_usd", price);
            json.put("per", component.per());
            json.put("input", component.input());
            json.put("cost_usd", component.cost().toDecimal());
            json.put(
                    "formula",
                    component.quantity() + " × " + price + " / " + component.per() + " = "
                            + component.cost().toDecimal());
            components.add(json);
        }
        return components;
    }

    /** The card, and if the catalogue still has it, where it was read and since when it holds. */
    private static void putCard(ObjectNode json, Line line, Receipt receipt, Pricing pricing) {
        json.put("price_card", receipt.cardId());
        Optional<PriceCard> card = card(line, receipt, pricing);
        if (card.isEmpty()) {
            json.putNull("source").putNull("as_of").putNull("effective_from");
            return;
        }
        json.put("source", card.get().source());
        json.put("as_of", card.get().asOf().toString());
        if (card.get().from().equals(PriceCard.ALWAYS)) {
            json.putNull("effective_from");
        } else {
            json.put(
                    "effective_from",
                    LocalDate.ofInstant(card.get().from(), ZoneOffset.UTC).toString());
        }
    }

    private static Optional<PriceCard> card(Line line, Receipt receipt, Pricing pricing) {
        Instant at = Instant.ofEpochMilli(line.admittedAtMillis());
        return receipt.cardId().isEmpty()
                ? Optional.empty()
                : pricing.ofProvider(line.target().provider(), line.target().upstreamModel())
                        .flatMap(prices -> prices.card(at))
                        .filter(card -> card.id().equals(receipt.cardId()));
    }

    private static void putUncached(ObjectNode json, Line line, Receipt receipt, Pricing pricing) {
        Usage uncached = uncached(line.usage());
        if (receipt.cardId().isEmpty()) {
            json.putNull("uncached_cost_usd");
        } else if (uncached.equals(line.usage())) {
            json.put("uncached_cost_usd", receipt.totalCost().toDecimal());
        } else if (card(line, receipt, pricing)
                        .map(card -> card.price(uncached))
                        .orElse(new Priced.Unknown(""))
                instanceof Priced.Known(Receipt without)) {
            json.put("uncached_cost_usd", without.totalCost().toDecimal());
        } else {
            json.putNull("uncached_cost_usd");
        }
    }

    private static Usage uncached(Usage usage) {
        Usage.Builder builder = usage.toBuilder();
        UNCACHED.forEach((cached, plain) -> {
            builder.set(plain, Math.addExact(builder.get(plain), usage.get(cached)));
            builder.set(cached, 0);
        });
        return builder.build();
    }
}
