/** Operations: named prompt templates that are served as endpoints. */
@NullMarked
package dev.mizan.operation;

import org.jspecify.annotations.NullMarked;
