/** Translation between wire formats through one internal call model. */
@NullMarked
package dev.mizan.translation;

import org.jspecify.annotations.NullMarked;
