/** The management and report API, and the pages. */
@NullMarked
package dev.mizan.admin;

import org.jspecify.annotations.NullMarked;
