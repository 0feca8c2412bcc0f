/** Microbenchmarks of what runs for every call. */
@NullMarked
package dev.mizan.bench.jmh;

import org.jspecify.annotations.NullMarked;
