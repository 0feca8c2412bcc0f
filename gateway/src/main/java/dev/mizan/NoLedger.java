package dev.mizan;

import dev.mizan.ledger.Line;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineFilter;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.SpendRow;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Stands in until the ledger's tables are there. */
final class NoLedger implements LedgerReader {
    @Override
    public Page lines(LineFilter filter, String cursor, int limit) {
        return new Page(List.of(), "");
    }

    @Override
    public void forEachLine(LineFilter filter, Consumer<Line> consumer) {}

    @Override
    public Optional<Line> line(String id) {
        return Optional.empty();
    }

    @Override
    public List<SpendRow> spend(SpendQuery query) {
        return List.of();
    }
}
