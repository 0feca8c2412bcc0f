@NullMarked
package dev.mizan.translation;

import org.jspecify.annotations.NullMarked;
