/** What must hold before a call is sent: guards, the bound of what it may use, reservation. */
@NullMarked
package dev.mizan.admission;

import org.jspecify.annotations.NullMarked;
