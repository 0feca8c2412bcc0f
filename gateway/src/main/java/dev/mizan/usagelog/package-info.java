/** The usage log: JSON Lines files of what each licence and user used, written from the ledger. */
@NullMarked
package dev.mizan.usagelog;

import org.jspecify.annotations.NullMarked;
