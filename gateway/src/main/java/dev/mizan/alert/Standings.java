package dev.mizan.alert;

import dev.mizan.limit.Standing;
import dev.mizan.limit.Subject;
import java.util.List;

/** How limits stand now. Blocking; safe for use by many threads. */
public interface Standings {
    /** Nothing is limited. */
    Standings NONE = new Standings() {
        @Override
        public List<Standing> all() {
            return List.of();
        }

        @Override
        public List<Standing> of(Subject subject) {
            return List.of();
        }
    };

    /** Of every limit that is in use, each once; none is a pattern. */
    List<Standing> all();

    /** Of each limit of {@code subject}, its plan's included. */
    List<Standing> of(Subject subject);
}
