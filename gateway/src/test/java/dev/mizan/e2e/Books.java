package dev.mizan.e2e;

import dev.mizan.ledger.Line;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The ledger as an auditor sees it: reads the database beside the running gateway, and waits for what must come. */
final class Books {
    private final LedgerReader reader;

    Books(LedgerReader reader) {
        this.reader = reader;
    }

    /** The call line of the answer with this request id. */
    Line call(String requestId) {
        if (requestId.isEmpty()) {
            throw new AssertionError("the answer has no x-mizan-request-id");
        }
        return Await.present("the call line of " + requestId, () -> reader.line(requestId));
    }

    /** All lines of a call, oldest first, once its call line is there. */
    List<Line> lines(String requestId) {
        var _ = call(requestId);
        return find(line -> line.requestId().equals(requestId));
    }

    /** The only call line there is, once there is one. For calls whose answer did not come. */
    Line onlyCall() {
        List<Line> calls = Await.present("a call line", () -> {
            List<Line> found = find(line -> line.kind() == Line.Kind.CALL);
            return found.isEmpty() ? Optional.empty() : Optional.of(found);
        });
        if (calls.size() != 1) {
            throw new AssertionError("expected one call line, found " + calls);
        }
        return calls.getFirst();
    }

    /** Every line that there is now, oldest first. */
    List<Line> all() {
        return find(line -> true);
    }

    /** Returns once there are {@code count} lines of this kind or more. */
    void awaitCount(Line.Kind kind, int count) {
        Await.until(
                count + " " + kind.label() + " lines",
                () -> find(line -> line.kind() == kind).size() >= count);
    }

    LedgerReader reader() {
        return reader;
    }

    private List<Line> find(Predicate<Line> fits) {
        List<Line> found = new ArrayList<>();
        reader.forEachLine(new LineFilter(0, Long.MAX_VALUE, Map.of(), "", ""), line -> {
            if (fits.test(line)) {
                found.add(line);
            }
        });
        return found;
    }
}
