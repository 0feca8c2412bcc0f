/** The OpenAI wire format: chat, completions, embeddings, models. */
@NullMarked
package dev.mizan.dialect.openai;

import org.jspecify.annotations.NullMarked;
