package dev.mizan.routing;

import dev.mizan.dialect.ErrorStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A public model alias and its deployments. Picks them by weight: over every cycle of the weights' sum the shares are
 * exact, and spread evenly (smooth weighted round robin, as nginx does it). Safe for use by many threads.
 */
public final class Alias {
    /** The longest cycle; larger weights are scaled down to it. */
    private static final int CYCLE_MAX = 10_000;

    private final ModelSettings settings;
    private final List<Choice> choices;
    private final short[] cycle;
    private final AtomicInteger turn = new AtomicInteger();

    /** What a turn of the cycle means: a deployment, or another alias, which takes a turn of its own. */
    sealed interface Choice {
        record Direct(Deployment deployment) implements Choice {}

        record Nested(Alias alias) implements Choice {}
    }

    Alias(ModelSettings settings, List<Choice> choices) {
        this.settings = settings;
        this.choices = List.copyOf(choices);
        int[] weights = new int[choices.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = settings.deployments().get(i).weight();
        }
        this.cycle = cycle(weights);
    }

    public String name() {
        return settings.name();
    }

    /** Further attempts after a failure that may pass. */
    public int retries() {
        return settings.retries();
    }

    /** Aliases tried once its own deployments have failed, in order. */
    public List<String> fallbacks() {
        return settings.fallbacks();
    }

    /** How a spent budget is told. */
    public ErrorStyle errorStyle() {
        return settings.errorStyle();
    }

    /** Whether what a provider of another format can't express is left out instead of refused. */
    public boolean dropsUnsupported() {
        return settings.dropsUnsupported();
    }

    /** What a call may produce at most where neither caller nor model says. */
    public int maxOutputTokens() {
        return settings.maxOutputTokens();
    }

    /** The deployment whose turn it is. */
    public Deployment pick() {
        int next = Math.floorMod(turn.getAndIncrement(), cycle.length);
        return switch (choices.get(cycle[next])) {
            case Choice.Direct(var deployment) -> deployment;
            case Choice.Nested(var alias) -> alias.pick();
        };
    }

    /** All deployments it may pick, those of nested aliases included, each once. */
    public List<Deployment> deployments() {
        List<Deployment> all = new ArrayList<>();
        collect(all);
        return all;
    }

    private void collect(List<Deployment> all) {
        for (Choice choice : choices) {
            switch (choice) {
                case Choice.Direct(var deployment) -> {
                    if (!all.contains(deployment)) {
                        all.add(deployment);
                    }
                }
                case Choice.Nested(var alias) -> alias.collect(all);
            }
        }
    }

    private static short[] cycle(int[] weights) {
        int divisor = 0;
        long sum = 0;
        for (int weight : weights) {
            divisor = gcd(divisor, weight);
            sum += weight;
        }
        if (sum == 0) {
            throw new IllegalArgumentException("weights: all 0 (expected: at least one above)");
        }
        double scale = Math.min(1.0 / divisor, (double) CYCLE_MAX / sum);
        int[] scaled = new int[weights.length];
        int length = 0;
        for (int i = 0; i < weights.length; i++) {
            scaled[i] = weights[i] == 0 ? 0 : Math.max(1, (int) Math.round(weights[i] * scale));
            length += scaled[i];
        }
        short[] cycle = new short[length];
        int[] current = new int[weights.length];
        for (int turn = 0; turn < length; turn++) {
            int best = -1;
            for (int i = 0; i < scaled.length; i++) {
                current[i] += scaled[i];
                if (scaled[i] > 0 && (best < 0 || current[i] > current[best])) {
                    best = i;
                }
            }
            current[best] -= length;
            cycle[turn] = (short) best;
        }
        return cycle;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
