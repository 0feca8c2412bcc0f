/** The product: its configuration and the one place where its long-lived objects are made. */
@NullMarked
package dev.mizan;

import org.jspecify.annotations.NullMarked;
