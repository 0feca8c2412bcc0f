/** Ollama's own chat, written from and read into the call model. */
@NullMarked
package dev.mizan.translation.ollama;

import org.jspecify.annotations.NullMarked;
