package dev.mizan.store.redis;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances;
import dev.mizan.limit.BalancesUnavailableException;
import dev.mizan.limit.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** Books in memory. */
final class FakeLedger implements Balances {
    private record Line(List<Subject> subjects, Use use) {}

    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final Map<String, Long> written = new HashMap<>();
    private final List<Adjustment> adjustments = new CopyOnWriteArrayList<>();
    private volatile boolean isAway;
    private volatile Optional<CountDownLatch> slow = Optional.empty();
    private volatile boolean hasReadSlowly;

    void line(long atMillis, Amounts amounts, Subject... subjects) {
        line("other", atMillis, amounts, subjects);
    }

    /** The same, of the process {@code instance}: up to where its journal reaches with it. */
    synchronized long line(String instance, long atMillis, Amounts amounts, Subject... subjects) {
        lines.add(new Line(List.of(subjects), new Use(atMillis, amounts)));
        return written.merge(instance, 1L, Long::sum);
    }

    @Override
    public synchronized Map<String, Long> written() {
        return Map.copyOf(written);
    }

    @Override
    public <T> T atOnce(Function<Balances, T> reading) {
        Optional<CountDownLatch> until;
        T read;
        synchronized (this) {
            read = reading.apply(this);
            until = slow;
            slow = Optional.empty();
        }
        if (until.isPresent()) {
            hasReadSlowly = true;
            try {
                until.get().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return read;
    }

    /** The next reading finds what is there now, and says so only after {@code until}. */
    void readsSlowly(CountDownLatch until) {
        slow = Optional.of(until);
    }

    /** Whether a slow reading has found what it will say. */
    boolean hasReadSlowly() {
        return hasReadSlowly;
    }

    void adjustment(Adjustment adjustment) {
        adjustments.add(adjustment);
    }

    void away(boolean away) {
        isAway = away;
    }

    @Override
    public Amounts total(Subject subject, long fromMillis) {
        return calls(subject, fromMillis).stream().map(Use::amounts).reduce(Amounts.NONE, Amounts::plus);
    }

    @Override
    public List<Use> quarters(Subject subject, long fromMillis) {
        return calls(subject, fromMillis).stream()
                .map(use -> new Use(use.atMillis() / 900_000 * 900_000, use.amounts()))
                .toList();
    }

    @Override
    public List<Use> calls(Subject subject, long fromMillis) {
        if (isAway) {
            throw new BalancesUnavailableException("away", new IllegalStateException());
        }
        List<Use> found = new ArrayList<>();
        for (Line line : lines) {
            if (line.subjects().contains(subject) && line.use().atMillis() >= fromMillis) {
                found.add(line.use());
            }
        }
        return found;
    }

    @Override
    public List<Adjustment> adjustments(String account, long fromMillis) {
        return adjustments.stream()
                .filter(one -> one.account().equals(account) && one.atMillis() >= fromMillis)
                .toList();
    }
}
