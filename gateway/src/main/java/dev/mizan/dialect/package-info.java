/** What is common to all wire formats that callers speak: reading a call, errors, usage. */
@NullMarked
package dev.mizan.dialect;

import org.jspecify.annotations.NullMarked;
