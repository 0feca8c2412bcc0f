package dev.mizan.limit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Thresholds that one change of the counters reached: found under the book's lock, told of after it. */
final class Alerts {
    private record Notice(Standing standing, int percent) {}

    private @Nullable List<Notice> notices;

    /** Looks at an account of {@code set} after something was used. */
    void look(LimitSet.Entry entry, Account account, long nowMillis) {
        if (account.used >= entry.alertAtUsed || account.alertEpoch != entry.alertEpoch) {
            find(entry, account, nowMillis);
        }
    }

    private void find(LimitSet.Entry entry, Account account, long nowMillis) {
        long next = Long.MAX_VALUE;
        for (Limit limit : entry.watched) {
            int highest = 0;
            for (int percent : limit.alertAt()) {
                long level = Standing.level(limit.cap(), percent);
                if (account.used >= level) {
                    highest = Math.max(highest, percent);
                } else {
                    next = Math.min(next, level);
                }
            }
            if (highest > account.told(limit)) {
                account.tell(limit, highest, nowMillis);
                if (notices == null) {
                    notices = new ArrayList<>();
                }
                notices.add(new Notice(LimitBook.standing(limit, account, nowMillis), highest));
            }
        }
        entry.alertAtUsed = next;
        entry.alertEpoch = account.alertEpoch;
    }

    /** Tells {@code watcher}. */
    void tell(LimitWatcher watcher) {
        if (notices != null) {
            notices.forEach(notice -> watcher.reached(notice.standing(), notice.percent()));
        }
    }
}
