/** Mizan's own texts in Turkish, English and Arabic. */
@NullMarked
package dev.mizan.messages;

import org.jspecify.annotations.NullMarked;
