/** How fast the product is: load runs beside nginx as the floor, on one machine, in turn. */
@NullMarked
package dev.mizan.bench;

import org.jspecify.annotations.NullMarked;
