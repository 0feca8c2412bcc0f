@NullMarked
package dev.mizan.limit;

import org.jspecify.annotations.NullMarked;
