/** Taking over the configuration of other gateways. */
@NullMarked
package dev.mizan.migration;

import org.jspecify.annotations.NullMarked;
