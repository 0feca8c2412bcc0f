/** Gemini's generateContent. */
@NullMarked
package dev.mizan.dialect.gemini;

import org.jspecify.annotations.NullMarked;
