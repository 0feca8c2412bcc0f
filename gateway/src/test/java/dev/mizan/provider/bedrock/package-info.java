@NullMarked
package dev.mizan.provider.bedrock;

import org.jspecify.annotations.NullMarked;
