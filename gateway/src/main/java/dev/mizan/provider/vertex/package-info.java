/** Google Cloud's Vertex AI: service accounts and their tokens. */
@NullMarked
package dev.mizan.provider.vertex;

import org.jspecify.annotations.NullMarked;
