/** Making a configuration of LiteLLM's. */
@NullMarked
package dev.mizan.litellm;

import org.jspecify.annotations.NullMarked;
