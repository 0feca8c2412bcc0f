/** Amazon Bedrock: signatures, and its streams of frames as server-sent events. */
@NullMarked
package dev.mizan.provider.bedrock;

import org.jspecify.annotations.NullMarked;
