/** The pages, in a real browser. */
@NullMarked
package dev.mizan.ui;

import org.jspecify.annotations.NullMarked;
