/** Ollama's native chat. */
@NullMarked
package dev.mizan.dialect.ollama;

import org.jspecify.annotations.NullMarked;
