/** Cost tracking for programs without a gateway: estimate, check, record, summary. */
@NullMarked
package dev.mizan.tracker;

import org.jspecify.annotations.NullMarked;
