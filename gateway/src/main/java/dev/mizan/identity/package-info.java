/** Who may call: tenants, teams, users, keys; the keys' hashes and their lookup. */
@NullMarked
package dev.mizan.identity;

import org.jspecify.annotations.NullMarked;
