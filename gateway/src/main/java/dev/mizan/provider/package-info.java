/** Calling a provider: base URL, credentials, the request sent, the connection. */
@NullMarked
package dev.mizan.provider;

import org.jspecify.annotations.NullMarked;
