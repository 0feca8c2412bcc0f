/** A test double of a provider: a real HTTP/1.1 server whose every byte and moment a test can script. */
@NullMarked
package dev.mizan.upstream;

import org.jspecify.annotations.NullMarked;
