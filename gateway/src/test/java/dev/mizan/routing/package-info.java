@NullMarked
package dev.mizan.routing;

import org.jspecify.annotations.NullMarked;
