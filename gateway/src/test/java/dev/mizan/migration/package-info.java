/** Tests of imports. */
@NullMarked
package dev.mizan.migration;

import org.jspecify.annotations.NullMarked;
