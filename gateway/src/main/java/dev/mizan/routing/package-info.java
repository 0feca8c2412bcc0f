/** From a public model alias to the deployment that serves the next attempt. */
@NullMarked
package dev.mizan.routing;

import org.jspecify.annotations.NullMarked;
