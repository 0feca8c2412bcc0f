/** Amazon Bedrock's Converse. */
@NullMarked
package dev.mizan.dialect.bedrock;

import org.jspecify.annotations.NullMarked;
