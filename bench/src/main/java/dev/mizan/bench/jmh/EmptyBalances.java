package dev.mizan.bench.jmh;

import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances;
import dev.mizan.limit.Subject;
import java.util.List;

/** Books in which nothing was used. */
public final class EmptyBalances implements Balances {
    @Override
    public Amounts total(Subject subject, long fromMillis) {
        return Amounts.NONE;
    }

    @Override
    public List<Use> quarters(Subject subject, long fromMillis) {
        return List.of();
    }

    @Override
    public List<Use> calls(Subject subject, long fromMillis) {
        return List.of();
    }

    @Override
    public List<Adjustment> adjustments(String account, long fromMillis) {
        return List.of();
    }
}
