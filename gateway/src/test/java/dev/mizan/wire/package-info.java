@NullMarked
package dev.mizan.wire;

import org.jspecify.annotations.NullMarked;
