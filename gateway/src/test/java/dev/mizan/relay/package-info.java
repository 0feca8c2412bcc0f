@NullMarked
package dev.mizan.relay;

import org.jspecify.annotations.NullMarked;
