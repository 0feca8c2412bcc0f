/** Tests of the cost tracker. */
@NullMarked
package dev.mizan.tracker;

import org.jspecify.annotations.NullMarked;
