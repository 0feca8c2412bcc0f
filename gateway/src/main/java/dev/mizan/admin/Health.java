package dev.mizan.admin;

import java.util.List;

/** Says whether this process can do its work. Blocking, but not for long; safe for use by many threads. */
public interface Health {
    /** Each thing that must be in order: the journal, the database, a deployment for every alias. */
    List<Check> checks();

    /**
     * One thing that must be in order.
     *
     * @param name e.g. {@code journal}
     * @param ok whether it is
     * @param detail what is wrong, or what is worth knowing; without secrets, shown to the master key only
     */
    record Check(String name, boolean ok, String detail) {}
}
