/** The counters of limits in Redis or Valkey, for several processes. */
@NullMarked
package dev.mizan.store.redis;

import org.jspecify.annotations.NullMarked;
