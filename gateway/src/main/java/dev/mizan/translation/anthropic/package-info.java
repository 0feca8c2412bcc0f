/** Anthropic's messages, read into and written from the call model. */
@NullMarked
package dev.mizan.translation.anthropic;

import org.jspecify.annotations.NullMarked;
