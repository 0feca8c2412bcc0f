/** The command line. */
@NullMarked
package dev.mizan.cli;

import org.jspecify.annotations.NullMarked;
