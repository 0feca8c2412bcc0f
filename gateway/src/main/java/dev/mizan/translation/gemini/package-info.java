/** Google's generateContent, read into and written from the call model. */
@NullMarked
package dev.mizan.translation.gemini;

import org.jspecify.annotations.NullMarked;
