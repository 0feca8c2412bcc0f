package dev.mizan.store.redis;

import dev.mizan.limit.Subject;
import java.util.Optional;

/** Whose a subject is: on a cluster, one tenant's counters are kept together. Must say the same in every process. */
@FunctionalInterface
public interface Tenants {
    /** Where only tenants themselves are known. */
    Tenants NONE = subject -> subject.kind() == Subject.Kind.TENANT ? Optional.of(subject.id()) : Optional.empty();

    /** The tenant that alone uses {@code subject}; empty for subjects that several use, and where it is not known. */
    Optional<String> of(Subject subject);
}
