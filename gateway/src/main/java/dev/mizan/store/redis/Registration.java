package dev.mizan.store.redis;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Makes what this process holds known to counters that do not have it. Belongs to one event loop.
 *
 * @param instance this process's name
 */
record Registration(Slot slot, String instance, long leaseMillis, LongSupplier nanos) {
    private static final int TRIES_MAX = 4;
    private static final int BATCH = 128;

    /** Makes all of {@code unknown} known in epoch {@code of}, and of those that are known, their ends. */
    Future<Void> all(List<Part> unknown, long of) {
        return from(0, unknown, of);
    }

    private Future<Void> from(int from, List<Part> unknown, long of) {
        if (from >= unknown.size()) {
            return Future.succeededFuture();
        }
        int to = Math.min(unknown.size(), from + BATCH);
        List<Future<Void>> batch = new ArrayList<>();
        for (Part part : unknown.subList(from, to)) {
            batch.add(part.epoch() == of ? slot.end(part) : one(part, of));
        }
        return Future.all(batch).compose(ignored -> from(to, unknown, of));
    }

    /** Makes {@code part} known in epoch {@code of}: held, or counted if its call has ended. */
    Future<Void> one(Part part, long of) {
        return one(part, of, TRIES_MAX);
    }

    private Future<Void> one(Part part, long of, int tries) {
        if (part.isUndone()) {
            slot.forget(part);
            return Future.succeededFuture();
        }
        boolean ended = part.isEnding();
        long leaseEnds = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(leaseMillis);
        return slot.run(Script.REGISTER, slot.keys(part), numbers(part, ended), part.id(), instance)
                .compose(answer -> switch (answer.code()) {
                    case Answer.OK, Answer.HELD, Answer.GONE -> {
                        known(part, of, answer);
                        if (answer.code() != Answer.GONE) {
                            part.leasedUntil(leaseEnds);
                        }
                        if (answer.code() == Answer.GONE || (ended && answer.code() == Answer.OK)) {
                            slot.ended(part);
                            if (answer.code() == Answer.OK) {
                                slot.told(
                                        part,
                                        answer,
                                        Answer.HEAD + part.accounts().size());
                            }
                            yield Future.succeededFuture();
                        }
                        yield part.isEnding() ? slot.end(part) : Future.succeededFuture();
                    }
                    case Answer.MISSING -> {
                        if (tries == 0) {
                            yield failed("accounts are missing again and again");
                        }
                        yield slot.load(part.accounts(), answer).compose(ignored -> one(part, of, tries - 1));
                    }
                    case Answer.WINDOWS ->
                        tries == 0 ? failed("a window ends again and again") : one(part, of, tries - 1);
                    default -> failed("answer " + answer.code());
                });
    }

    private static void known(Part part, long of, Answer answer) {
        part.knownIn(of);
        if (answer.code() != Answer.GONE) {
            for (int i = 0; i < part.accounts().size(); i++) {
                part.began(i, answer.at(Answer.HEAD + i));
            }
        }
    }

    private Numbers numbers(Part part, boolean ended) {
        List<Part.Booked> lines = part.lines();
        Numbers numbers = slot.numbers()
                .add(leaseMillis)
                .add(part.admittedAtMillis())
                .add(ended)
                .add(part.accounts().size())
                .add(lines.size());
        for (int i = 0; i < part.accounts().size(); i++) {
            part.accounts().get(i).describe(numbers, slot.nowMillis());
            numbers.add(part.start(i)).add(part.held(i)).add(part.total(i));
        }
        for (Part.Booked line : lines) {
            numbers.add(line.place());
            part.accounts().forEach(account -> numbers.add(line.amounts().of(account.limit())));
        }
        return numbers;
    }

    private static Future<Void> failed(String why) {
        return Future.failedFuture(new RedisUnavailableException(why));
    }
}
