/** Reading the ledger: spend, summaries, explanations. Never on a caller's path. */
@NullMarked
package dev.mizan.report;

import org.jspecify.annotations.NullMarked;
