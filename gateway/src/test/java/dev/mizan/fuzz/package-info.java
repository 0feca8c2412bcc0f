/** What reads bytes of strangers, fed with anything: by Jazzer in long runs, with seeds and changes of them always. */
@NullMarked
package dev.mizan.fuzz;

import org.jspecify.annotations.NullMarked;
