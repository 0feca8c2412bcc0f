@NullMarked
package dev.mizan.provider.vertex;

import org.jspecify.annotations.NullMarked;
