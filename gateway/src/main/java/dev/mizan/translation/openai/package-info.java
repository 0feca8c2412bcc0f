/** OpenAI's chat completions, read into and written from the call model. */
@NullMarked
package dev.mizan.translation.openai;

import org.jspecify.annotations.NullMarked;
