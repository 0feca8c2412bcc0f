/** Limits, windows and subjects; reserve, settle, release; the in-memory book. */
@NullMarked
package dev.mizan.limit;

import org.jspecify.annotations.NullMarked;
