package dev.mizan.admin;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.admission.LimitStore;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Balances;
import dev.mizan.limit.Balances.Adjustment;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Window;
import dev.mizan.money.NanoUsd;
import dev.mizan.store.Adjustments;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What holders have spent in the windows of their budgets, and setting that to something else. Blocking; safe for use
 * by many threads.
 */
final class HolderSpend {
    private static final long WAIT_SECONDS_MAX = 10;
    private static final long QUARTER_HOUR_MILLIS = 900_000;

    private final LimitStore limits;
    private final Balances balances;
    private final Adjustments adjustments;

    HolderSpend(LimitStore limits, Balances balances, Adjustments adjustments) {
        this.limits = limits;
        this.balances = balances;
        this.adjustments = adjustments;
    }

    /** How the first budget among {@code own}, a holder's limits, stands; empty if it has none. */
    Optional<Standing> budget(List<Limit> own) {
        return budgets(own).stream().findFirst().map(limit -> standings(List.of(limit))
                .getFirst());
    }

    /** What was charged of {@code subject}'s calls since ever. */
    NanoUsd total(Subject subject) {
        return NanoUsd.ofNanos(balances.total(subject, 0).of(subject, Meter.COST));
    }

    /**
     * Puts {@code spend}, what counts in the window of the budget, and {@code budget_reset_at}, when that ends.
     *
     * @param otherwise what was spent where there is no budget
     */
    void put(ObjectNode row, List<Limit> own, Supplier<NanoUsd> otherwise) {
        Optional<Standing> standing = budget(own);
        row.put(
                "spend",
                Json.number(standing.map(one -> NanoUsd.ofNanos(one.used())).orElseGet(otherwise)));
        long resetsAt = standing.map(Standing::resetsAtMillis).orElse(Long.MAX_VALUE);
        if (resetsAt == Long.MAX_VALUE) {
            row.putNull("budget_reset_at");
        } else {
            row.put("budget_reset_at", Json.time(resetsAt));
        }
    }

    /**
     * Sets what counts in all budgets among {@code own} to {@code field}, by dated adjustments.
     *
     * @return what is to be said about it
     */
    List<String> set(List<Limit> own, String field, ObjectNode json, Exchange exchange) {
        JsonNode value = json.path(field);
        FieldType.NUMBER.check(field, value);
        BigDecimal nanos = value.decimalValue().movePointRight(9).setScale(0, RoundingMode.DOWN);
        if (nanos.compareTo(BigDecimal.valueOf(Limit.CAP_MAX)) > 0) {
            throw Problem.value(field, value.toString(), "at most " + NanoUsd.ofNanos(Limit.CAP_MAX));
        }
        List<Limit> budgets = budgets(own);
        setTo(budgets, NanoUsd.ofNanos(nanos.longValueExact()), "spend set to " + value, exchange);
        return budgets.isEmpty() ? List.of(field + ": nothing was set, since there is no budget") : List.of();
    }

    /**
     * Sets what counts in each of {@code budgets} to {@code spend}, by dated adjustments.
     *
     * @return what counted in them before, summed up
     */
    NanoUsd setTo(List<Limit> budgets, NanoUsd spend, String reason, Exchange exchange) {
        long now = exchange.now().toEpochMilli();
        String by = exchange.caller().key().id();
        NanoUsd before = NanoUsd.ZERO;
        for (Limit limit : budgets) {
            Standing standing = standings(List.of(limit)).getFirst();
            before = before.plus(NanoUsd.ofNanos(standing.used()));
            for (Adjustment adjustment : changes(limit, standing, spend.nanos(), now)) {
                adjustments.add(adjustment, reason, by, now);
                await(limits.adjust(limit, adjustment));
            }
        }
        return before;
    }

    /** The sum of what was set otherwise in the counter of {@code limit} from {@code fromMillis} on, in nano-USD. */
    long adjusted(Limit limit, long fromMillis) {
        return balances.adjustments(limit.account(), fromMillis).stream()
                .mapToLong(Adjustment::delta)
                .sum();
    }

    /** The budgets of a holder as a whole, one for each counter. */
    private static List<Limit> budgets(List<Limit> own) {
        List<Limit> budgets = new ArrayList<>();
        for (Limit limit : own) {
            boolean isOnModel =
                    switch (limit.subject().kind()) {
                        case KEY_MODEL, USER_MODEL, TEAM_MODEL -> true;
                        default -> false;
                    };
            if (limit.meter() == Meter.COST
                    && !(limit.atCap() instanceof AtCap.Notify)
                    && !isOnModel
                    && budgets.stream().noneMatch(one -> one.account().equals(limit.account()))) {
                budgets.add(limit);
            }
        }
        return budgets;
    }

    /**
     * What brings the counter to {@code wanted}. In a rolling window it is taken from the parts in which it was
     * used, the oldest first: else it would still be missing when they have left.
     */
    private List<Adjustment> changes(Limit limit, Standing standing, long wanted, long nowMillis) {
        long open = standing.used() - wanted;
        List<Adjustment> changes = new ArrayList<>();
        if (open > 0 && limit.window() instanceof Window.Sliding sliding) {
            for (var part : parts(limit, sliding, standing.startMillis()).entrySet()) {
                long taken = Math.min(open, Math.max(0, part.getValue()));
                if (taken > 0) {
                    changes.add(adjustment(limit, part.getKey(), -taken));
                    open -= taken;
                }
            }
        }
        if (open != 0) {
            changes.add(adjustment(limit, nowMillis, -open));
        }
        return changes;
    }

    /** What counts of a rolling window, by the start of its parts, in order. */
    private SortedMap<Long, Long> parts(Limit limit, Window.Sliding window, long fromMillis) {
        TreeMap<Long, Long> parts = new TreeMap<>();
        List<Balances.Use> uses = window.slotMillis() % QUARTER_HOUR_MILLIS == 0
                ? balances.quarters(limit.subject(), fromMillis)
                : balances.calls(limit.subject(), fromMillis);
        uses.forEach(use ->
                parts.merge(window.slotStart(use.atMillis()), use.amounts().of(limit), Math::addExact));
        balances.adjustments(limit.account(), fromMillis)
                .forEach(change -> parts.merge(window.slotStart(change.atMillis()), change.delta(), Math::addExact));
        return parts;
    }

    private static Adjustment adjustment(Limit limit, long atMillis, long delta) {
        return new Adjustment("adj_" + UlidCreator.getMonotonicUlid(), limit.account(), atMillis, delta);
    }

    private List<Standing> standings(List<Limit> wanted) {
        return await(limits.standings(wanted));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new Problem(ErrorCode.LIMIT_STORE_UNAVAILABLE, "limit.unavailable", Map.of(), "", 1).thrown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
