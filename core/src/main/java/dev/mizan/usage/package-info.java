/** What a provider says was used: units that do not overlap, read from any provider's body, or counted. */
@NullMarked
package dev.mizan.usage;

import org.jspecify.annotations.NullMarked;
