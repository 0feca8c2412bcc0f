package dev.mizan.dialect;

import dev.mizan.wire.JsonSpan;
import dev.mizan.wire.Slice;
import dev.mizan.wire.Splice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How bodies of a wire format are changed so that they keep to a guard. Everything else in them stays as it is, byte
 * for byte. Immutable; safe for use by many threads.
 */
public abstract class ContextEdits {
    /** What stands in place of a document that is left out. The model reads it. */
    public static final String NOTE = "[left out: this call has more documents than the gateway passes on]";

    /** {@link #NOTE} as a JSON string. */
    protected static final String NOTE_JSON = "\"" + NOTE + "\"";

    /** The same call, whose answer may call no tools. The tools stay, since calls of them may stand in it. */
    public final Slice withoutTools(Slice body) {
        List<Splice> splices = new ArrayList<>(1);
        switchToolsOff(JsonSpan.of(body), splices);
        return apply(body, splices);
    }

    /**
     * The same call with its first {@code max} documents and results of tools; in place of the others' content a note
     * stands, since calls of tools need their results.
     */
    public final Slice firstDocuments(Slice body, int max) {
        Kept kept = new Kept(max);
        trim(JsonSpan.of(body), kept);
        return apply(body, kept.splices);
    }

    /** Adds what switches tools off in {@code body}. */
    protected abstract void switchToolsOff(JsonSpan body, List<Splice> splices);

    /** Tells {@code kept} of every document in {@code body}, in their order. */
    protected abstract void trim(JsonSpan body, Kept kept);

    private static Slice apply(Slice body, List<Splice> splices) {
        splices.sort(Comparator.comparingInt(Splice::from));
        return splices.isEmpty() ? body : Slice.of(Splice.apply(body, splices));
    }

    /** Which documents stay. Not safe for use by many threads. */
    protected static final class Kept {
        private final List<Splice> splices = new ArrayList<>();
        private int left;

        Kept(int max) {
            this.left = max;
        }

        /** Whether one more document stays; otherwise {@code instead} takes its content's place. */
        public boolean keeps(Splice instead) {
            if (left > 0) {
                left--;
                return true;
            }
            splices.add(instead);
            return false;
        }
    }
}
