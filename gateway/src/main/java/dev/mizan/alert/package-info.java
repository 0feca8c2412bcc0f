/** Alerts: what fires, once; and the channels that carry it to people. */
@NullMarked
package dev.mizan.alert;

import org.jspecify.annotations.NullMarked;
