package dev.mizan.price;

import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All price cards of one model at one provider: dated, and by time of day.
 *
 * <p>Look it up once per deployment and keep it: {@link #price} then allocates nothing but the receipt. Immutable and
 * safe for use by many threads.
 */
public final class ModelPrices {
    /** How long before a price change a bound already takes the new price into account. */
    private static final long LOOK_AHEAD_MILLIS = 86_400_000L;

    private static final Unit[] UNITS = Unit.values();

    private final String provider;
    private final String model;
    private final int contextWindow;
    private final int maxOutputTokens;
    private final List<PriceCard> cards;

    /** When each card came into force. */
    private final long[] fromMillis;

    /** The cards laid out for pricing, once they are first used; empty until then. */
    private volatile RateTable[] tables = {};

    /**
     * Prices of a model.
     *
     * @param contextWindow tokens of input and output together; 0 if not known
     * @param maxOutputTokens tokens of output; 0 if not known
     * @param cards at least one; where several are in force, those that came into force last count, and of these the
     *     last whose hours apply
     */
    public ModelPrices(String provider, String model, int contextWindow, int maxOutputTokens, List<PriceCard> cards) {
        if (cards.isEmpty()) {
            throw new IllegalArgumentException(
                    "cards: none for " + provider + "/" + model + " (expected: at least one)");
        }
        this.provider = provider;
        this.model = model;
        this.contextWindow = contextWindow;
        this.maxOutputTokens = maxOutputTokens;
        List<PriceCard> sorted = new ArrayList<>(cards);
        sorted.sort(Comparator.comparing(PriceCard::from));
        this.cards = List.copyOf(sorted);
        this.fromMillis = this.cards.stream()
                .mapToLong(card -> card.from().toEpochMilli())
                .toArray();
    }

    /** Most of a catalogue is never used, so its tables are not made at start; threads that race make equal ones. */
    private RateTable[] tables() {
        RateTable[] made = tables;
        if (made.length == 0) {
            made = new RateTable[cards.size()];
            for (int i = 0; i < made.length; i++) {
                made[i] = new RateTable(cards.get(i));
            }
            tables = made;
        }
        return made;
    }

    public String provider() {
        return provider;
    }

    /** The model's id in the catalogue, which may differ from the name that was asked for. */
    public String model() {
        return model;
    }

    /** Tokens of input and output together, if known. */
    public OptionalLong contextWindow() {
        return contextWindow > 0 ? OptionalLong.of(contextWindow) : OptionalLong.empty();
    }

    /** Tokens that one answer may have at most, if known. */
    public OptionalLong maxOutputTokens() {
        return maxOutputTokens > 0 ? OptionalLong.of(maxOutputTokens) : OptionalLong.empty();
    }

    /** All cards, by the time they came into force. */
    public List<PriceCard> cards() {
        return cards;
    }

    /** The card in force at {@code at}. */
    public Optional<PriceCard> card(Instant at) {
        int index = index(at.toEpochMilli());
        return index < 0 ? Optional.empty() : Optional.of(cards.get(index));
    }

    /**
     * The cost of {@code usage}, each component rounded half-even once. A card's request fee is charged for at least
     * one request.
     *
     * @param atMillis when the call was made, Unix milliseconds
     */
    public Priced price(Usage usage, long atMillis) {
        int index = index(atMillis);
        return index < 0 ? notInForce(atMillis) : tables()[index].price(usage);
    }

    /** {@link #bound(Usage, long, Reach)} for a call that could meet anything. */
    public Bound bound(Usage counts, long atMillis) {
        return bound(counts, atMillis, Reach.ANY);
    }

    /**
     * What a call can cost at most: each count at the dearest price that it could meet, of any tier, hour and card in
     * force now or within a day, rounded up.
     *
     * @param counts at most so many tokens: text input (cached or not, written or not) as {@link Unit#INPUT}, audio,
     *     image and video input as such, all output as {@link Unit#OUTPUT}; tool uses by name
     * @param reach what the call could meet
     */
    public Bound bound(Usage counts, long atMillis, Reach reach) {
        if (index(atMillis) < 0) {
            return new Bound.Unknown(reason(atMillis));
        }
        try {
            return known(counts, atMillis, reach);
        } catch (ArithmeticException tooMuch) {
            return new Bound.Unknown(provider + "/" + model + ": the bound is more than 9.2 billion USD");
        }
    }

    /** Throws {@link ArithmeticException} beyond the range of an amount. */
    private Bound known(Usage counts, long atMillis, Reach reach) {
        long inputTokens = counts.inputTokens();
        long total = 0;
        for (Unit unit : UNITS) {
            long count = counts.get(unit);
            if (unit == Unit.REQUESTS) {
                total = Math.addExact(total, up(Math.max(1, count), dearestRequest(atMillis), 1_000));
            } else if (count > 0 && unit.isTokens()) {
                long price = dearest(unit, inputTokens, atMillis, reach);
                if (price < 0) {
                    return new Bound.Unknown(provider + "/" + model + ": no price for " + unit.label());
                }
                // Each part that the count may be split into may round up by half a nano-USD.
                total = Math.addExact(
                        total, Math.addExact(up(count, price, 1_000_000), RateTable.alternatives(unit).length));
            }
        }
        for (var use : counts.toolUses().entrySet()) {
            long price = dearestTool(use.getKey(), atMillis);
            if (price < 0) {
                return new Bound.Unknown(provider + "/" + model + ": no price for the tool " + use.getKey());
            }
            total = Math.addExact(total, up(use.getValue(), price, 1_000));
        }
        return new Bound.Known(NanoUsd.ofNanos(total));
    }

    /** {@code quantity * price / per}, rounded up; none of them negative. */
    private static long up(long quantity, long price, long per) {
        long product = quantity * price;
        if (product >= 0 && Math.multiplyHigh(quantity, price) == 0) {
            return product / per + (product % per == 0 ? 0 : 1);
        }
        BigInteger divisor = BigInteger.valueOf(per);
        return BigInteger.valueOf(quantity)
                .multiply(BigInteger.valueOf(price))
                .add(divisor.subtract(BigInteger.ONE))
                .divide(divisor)
                .longValueExact();
    }

    private long dearest(Unit unit, long inputTokens, long atMillis, Reach reach) {
        long dearest = -1;
        for (int i = 0; i < cards.size(); i++) {
            if (mayApply(i, atMillis)) {
                dearest = Math.max(dearest, tables()[i].dearest(unit, inputTokens, reach));
            }
        }
        return dearest;
    }

    private long dearestRequest(long atMillis) {
        long dearest = 0;
        for (int i = 0; i < cards.size(); i++) {
            if (mayApply(i, atMillis)) {
                dearest = Math.max(dearest, tables()[i].requestNanos());
            }
        }
        return dearest;
    }

    private long dearestTool(String tool, long atMillis) {
        long dearest = -1;
        for (int i = 0; i < cards.size(); i++) {
            if (mayApply(i, atMillis)) {
                dearest = Math.max(dearest, tables()[i].toolNanos(tool));
            }
        }
        return dearest;
    }

    /** Whether the card could be in force at some time of the day that starts at {@code atMillis}. */
    private boolean mayApply(int card, long atMillis) {
        long from = fromMillis[card];
        return from <= atMillis ? from == inForceSince(atMillis) : from <= atMillis + LOOK_AHEAD_MILLIS;
    }

    private long inForceSince(long atMillis) {
        long since = Long.MIN_VALUE;
        for (long from : fromMillis) {
            if (from <= atMillis) {
                since = from;
            }
        }
        return since;
    }

    /** The index of the card in force; -1 if there is none. */
    private int index(long atMillis) {
        int last = cards.size() - 1;
        if (last == 0) {
            PriceCard only = cards.getFirst();
            return fromMillis[0] <= atMillis && only.hours().contains(atMillis) ? 0 : -1;
        }
        while (last >= 0 && fromMillis[last] > atMillis) {
            last--;
        }
        for (int i = last; i >= 0 && cards.get(i).from().equals(cards.get(last).from()); i--) {
            if (cards.get(i).hours().contains(atMillis)) {
                return i;
            }
        }
        return -1;
    }

    private Priced notInForce(long atMillis) {
        return new Priced.Unknown(reason(atMillis));
    }

    private String reason(long atMillis) {
        return provider + "/" + model + ": no price is in force at " + Instant.ofEpochMilli(atMillis);
    }

    @Override
    public String toString() {
        return "ModelPrices[" + provider + "/" + model + "]";
    }
}
