/** Amazon Bedrock's Converse, written from and read into the call model. */
@NullMarked
package dev.mizan.translation.bedrock;

import org.jspecify.annotations.NullMarked;
