/** Framings and scanning of bytes without a server: SSE, lines of JSON, fields of JSON bodies, patches in place. */
@NullMarked
package dev.mizan.wire;

import org.jspecify.annotations.NullMarked;
