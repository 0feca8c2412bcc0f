@NullMarked
package dev.mizan.dialect.openai;

import org.jspecify.annotations.NullMarked;
