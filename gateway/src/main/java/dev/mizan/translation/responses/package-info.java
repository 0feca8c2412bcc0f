/** OpenAI's responses, read into and written from the call model. */
@NullMarked
package dev.mizan.translation.responses;

import org.jspecify.annotations.NullMarked;
