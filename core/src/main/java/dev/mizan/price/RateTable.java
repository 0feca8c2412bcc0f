package dev.mizan.price;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A price card laid out for pricing: one row of prices per context tier and service tier, with every fallback and
 * factor applied, so that pricing is a lookup and a multiplication per unit. Safe for use by many threads.
 */
final class RateTable {
    private static final long PER_MILLION = 1_000_000;
    private static final long PER_THOUSAND = 1_000;
    private static final Unit[] UNITS = Unit.values();
    private static final int REQUESTS = Unit.REQUESTS.ordinal();
    private static final int SERVICE_TIERS = ServiceTier.values().length;

    /** By the unit of a bound count, by its ordinal. */
    private static final Unit[][] ALTERNATIVES =
            Arrays.stream(UNITS).map(RateTable::alternativesOf).toArray(Unit[][]::new);

    private final String cardId;
    private final long[] above;
    private final long[][] rows;
    private final String[] names;
    private final long requestNanos;
    private final Map<String, Long> toolNanos;

    /** What was asked for last: most calls of a model have the same reach. */
    private volatile Dearest dearest = new Dearest(Reach.ANY, -1, new long[0]);

    /** The dearest prices of each unit, by its ordinal, in context tiers up to {@code tier}. */
    private static final class Dearest {
        private final Reach reach;
        private final int tier;
        private final long[] prices;

        Dearest(Reach reach, int tier, long[] prices) {
            this.reach = reach;
            this.tier = tier;
            this.prices = prices;
        }

        @SuppressWarnings("ReferenceEquality") // there are a few constants; another is only looked up again
        boolean isOf(Reach asked, int tierMax) {
            return reach == asked && tier == tierMax;
        }
    }

    RateTable(PriceCard card) {
        List<PriceTier> tiers = card.tiers();
        cardId = card.id();
        above = new long[tiers.size()];
        rows = new long[tiers.size() * SERVICE_TIERS][];
        names = new String[rows.length];
        requestNanos = Rates.nanos("requests", card.perThousandRequests());
        toolNanos = new TreeMap<>();
        card.perThousandToolUses().forEach((tool, usd) -> toolNanos.put(tool, Rates.nanos(tool, usd)));
        for (int i = 0; i < above.length; i++) {
            above[i] = tiers.get(i).above();
            for (ServiceTier service : ServiceTier.values()) {
                int row = i * SERVICE_TIERS + service.ordinal();
                rows[row] = row(card, i, service);
                names[row] = name(card, i, service);
            }
        }
    }

    private static long[] row(PriceCard card, int tier, ServiceTier service) {
        Rates rates = Rates.NONE;
        for (int i = 0; i <= tier; i++) {
            PriceTier step = card.tiers().get(i);
            rates = step.service()
                    .getOrDefault(service, Rates.NONE)
                    .over(step.rates().over(rates));
        }
        BigDecimal factor = card.factors().getOrDefault(service, BigDecimal.ONE);
        return rates.times(factor).resolved();
    }

    private static String name(PriceCard card, int tier, ServiceTier service) {
        StringBuilder name = new StringBuilder();
        if (tier > 0) {
            name.append("context>").append(card.tiers().get(tier).above());
        }
        if (service != ServiceTier.STANDARD) {
            boolean stated = card.factors().containsKey(service)
                    || card.tiers().stream().anyMatch(step -> step.service().containsKey(service));
            name.append(name.isEmpty() ? "" : ", ").append(service.label()).append(stated ? "" : " at standard prices");
        }
        if (!card.hours().isAllDay()) {
            name.append(name.isEmpty() ? "" : ", ").append(card.hours()).append(" UTC");
        }
        return name.toString();
    }

    String cardId() {
        return cardId;
    }

    /** The cost of {@code usage}; unknown if a unit or tool that was used has no price, or if it does not fit. */
    Priced price(Usage usage) {
        int row = tier(usage.inputTokens()) * SERVICE_TIERS + usage.tier().ordinal();
        long[] prices = rows[row];
        Component[] components = new Component[UNITS.length + usage.toolUses().size()];
        int length = 0;
        try {
            for (int i = 0; i < UNITS.length; i++) {
                Unit unit = UNITS[i];
                long quantity = usage.get(unit);
                if (i == REQUESTS) {
                    // A call is at least one request, whether or not its provider counts them.
                    if (requestNanos > 0) {
                        components[length++] =
                                component(unit.label(), Math.max(1, quantity), requestNanos, PER_THOUSAND, false);
                    }
                } else if (quantity > 0 && unit.isTokens()) {
                    if (prices[i] < 0) {
                        return unknown("no price for " + unit.label());
                    }
                    components[length++] = component(unit.label(), quantity, prices[i], PER_MILLION, unit.isInput());
                }
            }
            for (Map.Entry<String, Long> use : usage.toolUses().entrySet()) {
                Long nanos = toolNanos.get(use.getKey());
                if (nanos == null) {
                    return unknown("no price for the tool " + use.getKey());
                }
                components[length++] = component("tool:" + use.getKey(), use.getValue(), nanos, PER_THOUSAND, false);
            }
            Receipt receipt = new Receipt(cardId, names[row], List.of(Arrays.copyOf(components, length)));
            receipt.totalCost();
            return new Priced.Known(receipt);
        } catch (ArithmeticException overflow) {
            return unknown("the cost is more than 9.2 billion USD");
        }
    }

    private Priced unknown(String reason) {
        return new Priced.Unknown(cardId + ": " + reason);
    }

    private int tier(long inputTokens) {
        int tier = 0;
        while (tier + 1 < above.length && inputTokens > above[tier + 1]) {
            tier++;
        }
        return tier;
    }

    private static Component component(String name, long quantity, long nanoUsd, long per, boolean input) {
        return new Component(name, quantity, nanoUsd, per, input, NanoUsd.ofNanos(cost(quantity, nanoUsd, per)));
    }

    /** {@code quantity × price / per}, rounded half-even; throws {@link ArithmeticException} if it does not fit. */
    static long cost(long quantity, long price, long per) {
        long product = quantity * price;
        if (Math.multiplyHigh(quantity, price) != 0 || product < 0) {
            BigInteger[] parts = BigInteger.valueOf(quantity)
                    .multiply(BigInteger.valueOf(price))
                    .divideAndRemainder(BigInteger.valueOf(per));
            return rounded(parts[0].longValueExact(), parts[1].longValueExact(), per);
        }
        return rounded(product / per, product % per, per);
    }

    private static long rounded(long quotient, long remainder, long per) {
        long doubled = remainder * 2;
        return doubled > per || (doubled == per && (quotient & 1) == 1) ? Math.addExact(quotient, 1) : quotient;
    }

    /** The units that tokens of a bound count of {@code unit} may be charged as; the first is itself. */
    static Unit[] alternatives(Unit unit) {
        return ALTERNATIVES[unit.ordinal()];
    }

    /**
     * The dearest price that tokens of a bound count of {@code unit} could meet in a call of at most {@code
     * inputTokens}; -1 if none.
     */
    long dearest(Unit unit, long inputTokens, Reach reach) {
        int tier = tier(inputTokens);
        Dearest known = dearest;
        if (!known.isOf(reach, tier)) {
            known = new Dearest(reach, tier, dearest(tier, reach));
            dearest = known;
        }
        return known.prices[unit.ordinal()];
    }

    private long[] dearest(int tierMax, Reach reach) {
        long[] dearest = new long[UNITS.length];
        for (Unit unit : UNITS) {
            dearest[unit.ordinal()] = dearest(ALTERNATIVES[unit.ordinal()], tierMax, reach);
        }
        return dearest;
    }

    private long dearest(Unit[] units, int tierMax, Reach reach) {
        long dearest = -1;
        for (int tier = 0; tier <= tierMax; tier++) {
            for (ServiceTier service : reach.tiers()) {
                long[] prices = rows[tier * SERVICE_TIERS + service.ordinal()];
                for (Unit unit : units) {
                    if (reach.units().contains(unit)) {
                        dearest = Math.max(dearest, prices[unit.ordinal()]);
                    }
                }
            }
        }
        return dearest;
    }

    private static Unit[] alternativesOf(Unit unit) {
        return switch (unit) {
            case INPUT -> new Unit[] {Unit.INPUT, Unit.CACHE_READ, Unit.CACHE_WRITE_5M, Unit.CACHE_WRITE_1H};
            case INPUT_AUDIO ->
                new Unit[] {Unit.INPUT_AUDIO, Unit.CACHE_AUDIO_READ, Unit.CACHE_WRITE_5M, Unit.CACHE_WRITE_1H};
            case INPUT_IMAGE ->
                new Unit[] {Unit.INPUT_IMAGE, Unit.CACHE_IMAGE_READ, Unit.CACHE_WRITE_5M, Unit.CACHE_WRITE_1H};
            case INPUT_VIDEO ->
                new Unit[] {Unit.INPUT_VIDEO, Unit.CACHE_VIDEO_READ, Unit.CACHE_WRITE_5M, Unit.CACHE_WRITE_1H};
            case OUTPUT -> new Unit[] {Unit.OUTPUT, Unit.REASONING, Unit.OUTPUT_AUDIO, Unit.OUTPUT_IMAGE};
            case CACHE_READ,
                    CACHE_WRITE_5M,
                    CACHE_WRITE_1H,
                    CACHE_AUDIO_READ,
                    CACHE_IMAGE_READ,
                    CACHE_VIDEO_READ,
                    REASONING,
                    OUTPUT_AUDIO,
                    OUTPUT_IMAGE,
                    REQUESTS,
                    TOOL_CALLS -> new Unit[] {unit};
        };
    }

    long requestNanos() {
        return requestNanos;
    }

    /** Nano-USD per thousand uses of {@code tool}; -1 if it has no price. */
    long toolNanos(String tool) {
        return toolNanos.getOrDefault(tool, -1L);
    }
}
