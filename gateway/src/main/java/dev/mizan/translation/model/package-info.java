/** The internal call model that every wire format is read into and written from. */
@NullMarked
package dev.mizan.translation.model;

import org.jspecify.annotations.NullMarked;
