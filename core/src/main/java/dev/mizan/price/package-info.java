/** Price cards, the catalogue of them, and the cost of a usage as a receipt that explains itself. */
@NullMarked
package dev.mizan.price;

import org.jspecify.annotations.NullMarked;
