/** Tests of imports. */
@NullMarked
package dev.mizan.litellm;

import org.jspecify.annotations.NullMarked;
