package dev.mizan.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews leases of a slot, many at once. Belongs to one event loop. */
record Renewal(Slot slot, RedisSettings settings, LongSupplier nanos) {
    private static final int BATCH = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    void run(List<Part> held) {
        for (int from = 0; from < held.size(); from += BATCH) {
            renew(held.subList(from, Math.min(held.size(), from + BATCH)));
        }
    }

    private void renew(List<Part> held) {
        long of = slot.epoch();
        List<String> keys = new ArrayList<>();
        keys.add(slot.leases());
        List<String> ids = new ArrayList<>();
        held.forEach(part -> ids.add(part.id()));
        for (Part part : held) {
            for (Account account : part.accounts()) {
                if (account.isConcurrency()) {
                    keys.add(account.key(of));
                    ids.add(part.id());
                }
            }
        }
        Numbers numbers = slot.numbers().add(settings.lease().toMillis()).add(held.size());
        long leaseEnds = nanos.getAsLong() + settings.lease().toNanos();
        slot.run(Script.RENEW, keys, numbers, ids.toArray(String[]::new)).onSuccess(answer -> {
            if (answer.code() != Answer.OK) {
                return;
            }
            held.forEach(part -> part.leasedUntil(leaseEnds));
            for (int i = Answer.HEAD; i < answer.size(); i++) {
                // Its lease had run out while this process did not renew it: it is held again.
                Part part = held.get((int) answer.at(i));
                part.leasedUntil(nanos.getAsLong() - 1);
                if (!part.isEnding() && part.epoch() == slot.epoch()) {
                    slot.holdAgain(part)
                            .onSuccess(ignored -> part.leasedUntil(leaseEnds))
                            .onFailure(e -> LOG.warn("A lease can't be renewed: {}", e));
                }
            }
        });
    }
}
