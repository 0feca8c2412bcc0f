/** SQLite and PostgreSQL: the ledger's tables, their writer and their readers, and what management keeps. */
@NullMarked
package dev.mizan.store;

import org.jspecify.annotations.NullMarked;
