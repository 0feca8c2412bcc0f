/** A provider without an account or a network: deterministic answers with settable size, speed and faults. */
@NullMarked
package dev.mizan.provider.simulated;

import org.jspecify.annotations.NullMarked;
