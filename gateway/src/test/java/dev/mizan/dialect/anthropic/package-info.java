@NullMarked
package dev.mizan.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
