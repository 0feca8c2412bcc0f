@NullMarked
package dev.mizan.batch;

import org.jspecify.annotations.NullMarked;
