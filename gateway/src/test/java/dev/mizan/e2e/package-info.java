/** The whole product from outside: real sockets, a real database, upstreams that misbehave. */
@NullMarked
package dev.mizan.e2e;

import org.jspecify.annotations.NullMarked;
