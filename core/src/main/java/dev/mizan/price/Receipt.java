package dev.mizan.price;

import dev.mizan.money.NanoUsd;
import java.util.List;

/**
 * The cost of one usage, component by component: everything that is needed to explain it years later, without the
 * catalogue it was made from. Immutable.
 *
 * @param cardId the price card used, e.g. {@code anthropic/claude-sonnet-4-5@2025-09-29}; empty if nothing was priced
 * @param tier what applied beside the base price, e.g. {@code context>200000}, {@code batch}; empty if nothing did
 * @param components in the order of {@link dev.mizan.usage.Unit}, tools last; zero quantities are left out
 */
public record Receipt(String cardId, String tier, List<Component> components) {
    /** No cost, by no card. */
    public static final Receipt NONE = new Receipt("", "", List.of());

    public Receipt {
        components = List.copyOf(components);
    }

    /** Sum of the input components. */
    public NanoUsd inputCost() {
        return sum(true, false);
    }

    /** Sum of the output components. */
    public NanoUsd outputCost() {
        return sum(false, false);
    }

    /** Sum of the fees for requests and tools: what is neither input nor output. */
    public NanoUsd feeCost() {
        return sum(false, true);
    }

    /** Sum of all components. */
    public NanoUsd totalCost() {
        long nanos = 0;
        for (int i = 0; i < components.size(); i++) {
            nanos = Math.addExact(nanos, components.get(i).cost().nanos());
        }
        return NanoUsd.ofNanos(nanos);
    }

    private NanoUsd sum(boolean input, boolean fee) {
        long nanos = 0;
        for (int i = 0; i < components.size(); i++) {
            Component component = components.get(i);
            if (component.input() == input && component.isFee() == fee) {
                nanos = Math.addExact(nanos, component.cost().nanos());
            }
        }
        return NanoUsd.ofNanos(nanos);
    }
}
