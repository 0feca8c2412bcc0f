package dev.mizan.admin;

import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Target;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageSource;
import java.util.List;

/** An empty line: its fields are the columns of an export without lines. */
final class SampleLine {
    static final Line LINE = new Line(
            "",
            Line.Kind.CALL,
            "",
            "",
            0,
            0,
            Principal.MASTER,
            new Call("", "", "", "", "", List.of(), "", "", "", false),
            Target.NONE,
            Usage.NONE,
            UsageSource.NONE,
            Cost.NONE,
            new Outcome(Outcome.Status.OK, "", 200, 0, -1, 0),
            "",
            "",
            "",
            "");

    private SampleLine() {}
}
