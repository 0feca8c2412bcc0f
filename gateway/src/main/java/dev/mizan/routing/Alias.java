package dev.mizan.routing;

import dev.mizan.dialect.ErrorStyle;
import dev.mizan.routing.ModelSettings.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A public model alias and its deployments. Picks them by its strategy; by weight, over every cycle of the weights' sum
 * the shares are exact, and spread evenly (smooth weighted round robin, as nginx does it). Safe for use by many
 * threads.
 */
public final class Alias {
    /** The longest cycle; larger weights are scaled down to it. */
    private static final int CYCLE_MAX = 10_000;

    private final ModelSettings settings;
    private final List<Choice> choices;
    private final short[] cycle;
    /** All that it may pick, those of nested aliases included, each once. */
    private final List<Candidate> all;

    /** Those with a share. */
    private final List<Candidate> shared;

    private final List<Deployment> deployments;
    private final Chooser chooser;
    private final AtomicInteger turn = new AtomicInteger();

    /** This as it answers each class of questions, in their order; empty unless it routes by complexity. */
    private final List<Alias> classes;

    /** What a turn of the cycle means: a deployment, or another alias, which takes a turn of its own. */
    sealed interface Choice {
        record Direct(Candidate candidate) implements Choice {}

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
        this.all = all(choices, weights);
        this.shared = all.stream().filter(one -> one.share() > 0).toList();
        this.deployments = all.stream().map(Candidate::deployment).toList();
        this.chooser = new Chooser(settings.routing());
        this.classes = settings.routing() == Strategy.COMPLEXITY ? classes(settings, choices) : List.of();
    }

    private static List<Alias> classes(ModelSettings settings, List<Choice> choices) {
        List<Alias> classes = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            if (!(choices.get(i) instanceof Choice.Nested(var picked))) {
                throw new IllegalArgumentException("deployment: a model's (expected: an alias for each class)");
            }
            ModelSettings answered =
                    settings.answeredBy(picked.settings, settings.deployments().get(i));
            classes.add(new Alias(answered, List.of(choices.get(i))));
        }
        return List.copyOf(classes);
    }

    public String name() {
        return settings.name();
    }

    /**
     * This alias as it answers a call with {@code facts}: itself, unless it routes by complexity. Then what is left are
     * the deployments of the alias for the question's class, with its retries and fallbacks.
     */
    public Alias answering(CallFacts facts) {
        return classes.isEmpty() ? this : classes.get(classOf(facts));
    }

    private int classOf(CallFacts facts) {
        return facts.complexity().apply(settings.complexity()).ordinal();
    }

    /**
     * The name of the alias by which {@code deployment} is one of this alias's; empty if it is not, if that is this
     * alias itself, or if it may be one of several.
     */
    public String by(Deployment deployment) {
        return choices.size() == 1
                        && choices.getFirst() instanceof Choice.Nested(var only)
                        && only.deployments.contains(deployment)
                ? only.name()
                : "";
    }

    /** Further attempts after a failure that may pass. */
    public int retries() {
        return settings.retries();
    }

    /** Aliases tried once its own deployments have failed, in order. */
    public List<String> fallbacks() {
        return settings.fallbacks();
    }

    /** Aliases tried after {@code complaint}, in order. */
    public List<String> fallbacks(Complaint complaint) {
        return switch (complaint) {
            case CONTEXT_WINDOW -> settings.contextWindowFallbacks();
            case CONTENT_POLICY -> settings.contentPolicyFallbacks();
            case OTHER -> settings.fallbacks();
        };
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

    /** All deployments it may pick, those of nested aliases included, each once. */
    public List<Deployment> deployments() {
        return deployments;
    }

    /** The deployment that its strategy chooses among the {@code allowed}; empty if none with a share is. */
    Optional<Deployment> pick(CallFacts facts, Predicate<Candidate> allowed) {
        if (settings.routing() == Strategy.WEIGHTED) {
            return inTurn(facts, allowed);
        }
        if (settings.routing() == Strategy.COMPLEXITY) {
            return picked(choices.get(classOf(facts)), facts, allowed);
        }
        List<Candidate> left = shared.stream().filter(allowed).toList();
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of(chooser.choose(left, facts).deployment());
    }

    /** The first of all that is {@code allowed}, whatever its share. */
    Optional<Deployment> any(Predicate<Candidate> allowed) {
        return all.stream().filter(allowed).findFirst().map(Candidate::deployment);
    }

    /** The {@code allowed} one that fails least. */
    Optional<Deployment> leastBad(Predicate<Candidate> allowed) {
        return all.stream()
                .filter(allowed)
                .min(Comparator.comparingDouble(one -> one.condition().failurePercent()))
                .map(Candidate::deployment);
    }

    List<Candidate> candidates() {
        return all;
    }

    /** The one whose turn it is; turns of those not allowed are passed over, so that the others keep theirs. */
    private Optional<Deployment> inTurn(CallFacts facts, Predicate<Candidate> allowed) {
        int start = turn.getAndIncrement();
        Optional<Deployment> first = picked(choices.get(at(start)), facts, allowed);
        if (first.isPresent()) {
            return first;
        }
        boolean[] left = new boolean[choices.size()];
        boolean any = false;
        for (int i = 0; i < left.length; i++) {
            left[i] = settings.deployments().get(i).weight() > 0
                    && switch (choices.get(i)) {
                        case Choice.Direct(var candidate) -> allowed.test(candidate);
                        case Choice.Nested(var alias) -> alias.shared.stream().anyMatch(allowed);
                    };
            any |= left[i];
        }
        for (int passed = 1; any && passed < cycle.length; passed++) {
            int choice = at(start + passed);
            if (left[choice]) {
                turn.addAndGet(passed);
                return picked(choices.get(choice), facts, allowed);
            }
        }
        return Optional.empty();
    }

    private int at(int turns) {
        return cycle[Math.floorMod(turns, cycle.length)];
    }

    private static Optional<Deployment> picked(Choice choice, CallFacts facts, Predicate<Candidate> allowed) {
        return switch (choice) {
            case Choice.Direct(var candidate) ->
                allowed.test(candidate) ? Optional.of(candidate.deployment()) : Optional.empty();
            case Choice.Nested(var alias) -> alias.pick(facts, allowed);
        };
    }

    private static List<Candidate> all(List<Choice> choices, int[] weights) {
        double sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        Map<String, Candidate> byId = new LinkedHashMap<>();
        for (int i = 0; i < weights.length; i++) {
            double share = weights[i] / sum;
            switch (choices.get(i)) {
                case Choice.Direct(var candidate) -> add(byId, candidate.withShare(share));
                case Choice.Nested(var alias) ->
                    alias.all.forEach(nested -> add(byId, nested.withShare(share * nested.share())));
            }
        }
        return List.copyOf(byId.values());
    }

    private static void add(Map<String, Candidate> byId, Candidate one) {
        byId.merge(one.deployment().id(), one, (known, again) -> known.withShare(known.share() + again.share()));
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
