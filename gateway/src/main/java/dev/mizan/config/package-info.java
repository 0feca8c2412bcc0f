/** Reading a settings file: YAML with the place of every value, substitution, the schema, what is wrong and where. */
@NullMarked
package dev.mizan.config;

import org.jspecify.annotations.NullMarked;
