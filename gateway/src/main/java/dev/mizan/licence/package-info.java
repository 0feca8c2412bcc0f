/** Licence keys: signed, verified without a database, revoked with one; the packages that they name. */
@NullMarked
package dev.mizan.licence;

import org.jspecify.annotations.NullMarked;
