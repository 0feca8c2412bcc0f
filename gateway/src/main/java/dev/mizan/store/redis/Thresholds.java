package dev.mizan.store.redis;

import dev.mizan.limit.Limit;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Window;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells the watcher of thresholds that were reached, and remembers which. Belongs to one event loop. */
final class Thresholds {
    private static final int REMEMBERED_MAX = 10_000;

    private record Told(long startMillis, int percent) {}

    private final LimitWatcher watcher;
    private final Map<String, Told> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    Thresholds(LimitWatcher watcher) {
        this.watcher = watcher;
    }

    void saw(Standing standing) {
        Limit limit = standing.limit();
        int highest = 0;
        for (int percent : limit.alertAt()) {
            if (percent > highest && standing.isUsed(percent)) {
                highest = percent;
            }
        }
        if (limit.alertAt().isEmpty()) {
            return;
        }
        String key = limit.account() + "|" + limit.cap();
        if (highest == 0) {
            told.remove(key);
            return;
        }
        // A sliding window has no start of its own: it is told again once it has been below in between.
        long start = limit.window() instanceof Window.Sliding ? 0 : standing.startMillis();
        Told now = new Told(start, highest);
        Told before = told.put(key, now);
        if (before == null || before.startMillis() != start || before.percent() < highest) {
            watcher.reached(standing, highest);
        }
    }
}
