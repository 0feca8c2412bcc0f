/** Amounts of money in integer nano-USD, the book currency; no floating point and no I/O. */
@NullMarked
package dev.mizan.money;

import org.jspecify.annotations.NullMarked;
