/** Races on the counters of limits, run by jcstress. */
@NullMarked
package dev.mizan.bench.stress;

import org.jspecify.annotations.NullMarked;
