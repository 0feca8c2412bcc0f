/** The usage line, and the journal that holds it before anything else does. No database. */
@NullMarked
package dev.mizan.ledger;

import org.jspecify.annotations.NullMarked;
