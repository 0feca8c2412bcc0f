package dev.mizan.alert;

import java.time.Instant;
import java.util.List;

/** Looks at the books now and then. Blocking; used by one thread. */
@FunctionalInterface
interface Rule {
    /** What is to fire; what has fired is said again, and found to have. */
    List<Firing> check(AlertSettings settings, Instant now);
}
