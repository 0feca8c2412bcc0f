/** The straight line of one call, and the streaming relay with metering. */
@NullMarked
package dev.mizan.relay;

import org.jspecify.annotations.NullMarked;
