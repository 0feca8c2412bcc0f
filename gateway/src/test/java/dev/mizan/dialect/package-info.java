@NullMarked
package dev.mizan.dialect;

import org.jspecify.annotations.NullMarked;
