/** Tests of prices. */
@NullMarked
package dev.mizan.price;

import org.jspecify.annotations.NullMarked;
