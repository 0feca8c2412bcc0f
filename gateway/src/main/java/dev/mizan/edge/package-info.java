/** The HTTP listener: credentials out of a request, bodies within bounds, answers and errors written. */
@NullMarked
package dev.mizan.edge;

import org.jspecify.annotations.NullMarked;
