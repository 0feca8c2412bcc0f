package dev.mizan.admin;

import dev.mizan.identity.Key;
import dev.mizan.ledger.Principal;
import dev.mizan.report.CostSummary.Measure;
import dev.mizan.report.Dimension;
import java.util.Map;
import java.util.Set;

/**
 * Who asks. The master key sees the whole ledger; a virtual key sees its own lines, and what it is charged but not what
 * the operator pays.
 *
 * @param session whether they are signed in by a cookie
 */
record Caller(Key key, boolean session) {
    /** Somebody without a key, where none is needed. */
    static final Caller NOBODY =
            new Caller(new Key("", new Principal("", "", "", "", "", "", ""), false, Long.MAX_VALUE, Set.of()), false);

    /** Somebody without a key who may read all costs. */
    static final Caller COST_READER = new Caller(Key.MASTER, false);

    boolean isMaster() {
        return key.isMaster();
    }

    /** What the lines they may see have in common. */
    Map<Dimension, String> scope() {
        return isMaster() ? Map.of() : Map.of(Dimension.KEY, key.id());
    }

    /** Whose cost they see. */
    Measure measure() {
        return isMaster() ? Measure.PROVIDER : Measure.CHARGED;
    }
}
