/** Metrics with bounded label sets, and health. */
@NullMarked
package dev.mizan.telemetry;

import org.jspecify.annotations.NullMarked;
