@NullMarked
package dev.mizan.operation;

import org.jspecify.annotations.NullMarked;
