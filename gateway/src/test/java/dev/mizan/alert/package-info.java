@NullMarked
package dev.mizan.alert;

import org.jspecify.annotations.NullMarked;
