package dev.mizan.identity;

import java.util.List;

/** What limits are attached to: a stored key or a holder. The same object until something of it changes. */
public sealed interface Limited permits StoredKey, Holder {
    /** What is set of it. */
    Allowance allowance();

    /** The name of its plan; empty if it has none. */
    String plan();

    /** Aliases it may call; empty for all. */
    List<String> models();
}
