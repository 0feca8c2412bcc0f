@NullMarked
package dev.mizan.admission;

import org.jspecify.annotations.NullMarked;
