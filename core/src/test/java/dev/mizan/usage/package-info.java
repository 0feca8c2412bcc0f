/** Tests of usage reading and counting. */
@NullMarked
package dev.mizan.usage;

import org.jspecify.annotations.NullMarked;
