@NullMarked
package dev.mizan.money;

import org.jspecify.annotations.NullMarked;
