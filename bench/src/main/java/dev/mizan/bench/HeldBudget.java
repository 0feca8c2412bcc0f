package dev.mizan.bench;

import dev.mizan.bench.jmh.EmptyBalances;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitBook;
import dev.mizan.limit.LimitSet;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Loading;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Outcome;
import dev.mizan.limit.Reservation;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * How much of a budget is set aside and never used: random calls on a {@link LimitBook} with one worst-case budget, in
 * simulated time, until it refuses. Prints a table. The same numbers each time.
 *
 * <p>Calls come at random moments (Poisson) and take half a second and 20 ms for each token of output. Input is
 * log-normal around 800 tokens (sigma 1), set aside at its bytes (4.2 a token) and the price of writing a cache; prices
 * are 3, 3.75 and 15 USD a million tokens for input, cache writing and output.
 */
public final class HeldBudget {
    private static final int RUNS = 101;
    private static final long NANOS_PER_USD = 1_000_000_000;
    private static final long INPUT_NANOS = 3_000;
    private static final long CACHE_WRITE_NANOS = 3_750;
    private static final long OUTPUT_NANOS = 15_000;
    private static final double BYTES_PER_TOKEN = 4.2;
    /** After so many refusals in a row nothing more is thought to fit. */
    private static final int REFUSALS_MAX = 200;

    /**
     * What callers ask for and use.
     *
     * @param most the {@code max_tokens} that are sent, each as often as the others
     * @param median of the output tokens used, log-normal, at most what was asked for
     */
    private record Callers(String name, List<Integer> most, double median, double sigma) {}

    private record Call(Reservation reservation, long heldNanos, long usedNanos, double begins, double ends) {}

    /** Shares of the cap, but the first, which is a share of what was set aside. */
    private record Shares(double usedOfHeld, double idle, double usedAtRefusal, double usedInTheEnd) {}

    private static final List<Callers> CALLERS = List.of(
            new Callers("max_tokens 1,024; 250 used", List.of(1_024), 250, 0.8),
            new Callers("max_tokens 4,096; 250 used", List.of(4_096), 250, 0.8),
            new Callers("none sent, the model's 16,384; 250 used", List.of(16_384), 250, 0.8),
            new Callers("a mix of these", List.of(1_024, 1_024, 1_024, 4_096, 4_096, 16_384), 250, 0.8),
            new Callers("reasoning: max_tokens 32,768; 3,000 used", List.of(32_768), 3_000, 1));

    private final Callers callers;
    private final Random random;
    private final LimitBook book;
    private final LimitSet set;
    private final double perSecond;
    private final long capNanos;
    private final PriorityQueue<Call> open = new PriorityQueue<>(Comparator.comparingDouble(Call::ends));
    private double heldNanos;
    private double usedOfHeldNanos;
    private double idleNanoSeconds;

    private HeldBudget(Callers callers, long capUsd, double inFlight, long seed) {
        this.callers = callers;
        this.random = new Random(seed);
        this.book = new LimitBook(Clock.systemUTC(), LimitWatcher.NONE);
        this.capNanos = capUsd * NANOS_PER_USD;
        // A call takes about as long as its mean output.
        this.perSecond = inFlight / (0.5 + 0.02 * callers.median * Math.exp(callers.sigma * callers.sigma / 2));
        this.set = book.prepare(
                List.of(Limit.block(new Subject(Subject.Kind.KEY, "k"), Meter.COST, Window.LIFETIME, capNanos)));
        for (Loading loading : book.missing(set)) {
            book.begin(loading);
            book.finish(loading, loading.read(new EmptyBalances()));
        }
    }

    /** Prints the table. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println(
                "| callers | cap | in flight | used of what was set aside | idle, mean over time | used at the first "
                        + "refusal | used in the end |");
        out.println("| --- | --- | --- | --- | --- | --- | --- |");
        for (Callers callers : CALLERS) {
            for (long cap : List.of(1L, 10L, 100L)) {
                for (int inFlight : List.of(1, 20)) {
                    List<Shares> shares = new ArrayList<>();
                    for (int seed = 0; seed < RUNS; seed++) {
                        shares.add(new HeldBudget(callers, cap, inFlight, seed).run());
                    }
                    out.printf(
                            "| %s | $%d | %d | %.0f %% | %.1f %% | %.1f %% | %.1f %% |%n",
                            callers.name,
                            cap,
                            inFlight,
                            median(shares.stream().map(Shares::usedOfHeld).toList()),
                            median(shares.stream().map(Shares::idle).toList()),
                            median(shares.stream().map(Shares::usedAtRefusal).toList()),
                            median(shares.stream().map(Shares::usedInTheEnd).toList()));
                }
            }
        }
    }

    private static double median(List<Double> shares) {
        return 100 * Turn.median(shares);
    }

    private Shares run() {
        double now = 0;
        while (begin(now)) {
            now += -Math.log(1 - random.nextDouble()) / perSecond;
            endUntil(now);
        }
        // The first refusal: what is in flight ends, and then callers come again until nothing fits.
        double idle = now > 0 ? (idleNanoSeconds + openIdle(now)) / now / capNanos : 0;
        double usedOfHeld = heldNanos > 0 ? usedOfHeldNanos / heldNanos : 0;
        endUntil(Double.POSITIVE_INFINITY);
        double usedAtRefusal = used();
        int refused = 0;
        while (refused < REFUSALS_MAX) {
            refused = begin(now) ? 0 : refused + 1;
            endUntil(Double.POSITIVE_INFINITY);
        }
        return new Shares(usedOfHeld, idle, usedAtRefusal, used());
    }

    private boolean begin(double now) {
        double inputTokens = 800 * Math.exp(random.nextGaussian());
        int most = callers.most.get(random.nextInt(callers.most.size()));
        double wanted = callers.median * Math.exp(callers.sigma * random.nextGaussian());
        long output = Math.clamp(Math.round(wanted), 1, most);
        long held = Math.round(inputTokens * BYTES_PER_TOKEN) * CACHE_WRITE_NANOS + most * OUTPUT_NANOS;
        long used = Math.round(inputTokens) * INPUT_NANOS + output * OUTPUT_NANOS;
        Amounts bound = cost(held);
        if (!(book.reserve(set, new Claim("call", bound, bound)) instanceof Outcome.Reserved reserved)) {
            return false;
        }
        heldNanos += held;
        usedOfHeldNanos += used;
        open.add(new Call(reserved.reservation(), held, used, now, now + 0.5 + 0.02 * output));
        return true;
    }

    private void endUntil(double moment) {
        while (!open.isEmpty() && open.peek().ends <= moment) {
            Call call = open.remove();
            call.reservation.settle(cost(call.usedNanos));
            idleNanoSeconds += (double) (call.heldNanos - call.usedNanos) * (call.ends - call.begins);
        }
    }

    private double openIdle(double now) {
        return open.stream()
                .mapToDouble(call -> (double) (call.heldNanos - call.usedNanos) * (now - call.begins))
                .sum();
    }

    private double used() {
        Standing standing = book.standings(set).getFirst();
        return (double) standing.used() / capNanos;
    }

    private static Amounts cost(long nanos) {
        return new Amounts(1, 0, 0, nanos, nanos, 0);
    }
}
