package dev.mizan.store.redis;

import dev.mizan.admission.Decision.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that one script may touch together, and what this process holds there. Its counters are good for one epoch:
 * whoever finds them lost begins another, and before this process uses them it makes known what it holds. Belongs to
 * one event loop.
 */
final class Slot {
    /** Reservations that one process may hold; one more is refused. */
    static final int PARTS_MAX = 200_000;

    private static final int TRIES_MAX = 4;
    private static final int REGISTER_BATCH = 128;
    private static final int RENEW_BATCH = 500;
    private static final int BEATS_TO_LIVE = 6;
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);

    private final String tag;
    private final String prefix;
    private final boolean isShared;
    private final RedisSettings settings;
    private final String instance;
    private final Link link;
    private final RedisClock clock;
    private final Backlog backlog;
    private final Thresholds thresholds;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private Optional<Books> books = Optional.empty();
    private Promise<Void> joined = Promise.promise();
    private List<String> living = List.of();
    private long epoch;
    private long seen;
    private long registered;
    private boolean isReady;
    private boolean wasReady;
    private boolean isConfirmed;
    private boolean isBeating;
    private boolean isRegistering;
    private boolean mustRegister;
    private boolean mustBeginAnew;

    Slot(
            String tag,
            boolean isShared,
            RedisSettings settings,
            String instance,
            Link link,
            RedisClock clock,
            Backlog backlog,
            Thresholds thresholds) {
        this.tag = tag;
        this.prefix = "mizan:{" + tag + "}:";
        this.isShared = isShared;
        this.settings = settings;
        this.instance = instance;
        this.link = link;
        this.clock = clock;
        this.backlog = backlog;
        this.thresholds = thresholds;
    }

    void readsFrom(Books from) {
        books = Optional.of(from);
    }

    String prefix() {
        return prefix;
    }

    boolean isShared() {
        return isShared;
    }

    long epoch() {
        return epoch;
    }

    /** Whether decisions can be made. */
    boolean isReady() {
        return link.isUp() && isConfirmed && isReady && registered == epoch;
    }

    /** Why decisions can't be made. */
    Reason reason() {
        return link.isUp() ? Reason.REBUILDING : Reason.UNREACHABLE;
    }

    /** Done once decisions can be made; of a slot that is used for the first time. */
    Future<Void> joined() {
        return joined.future();
    }

    /** Whether this process begins to use it: what asks for it then waits, at most {@link #beginMillisMax}. */
    boolean isBeginning() {
        return !wasReady && link.isUp();
    }

    /** How long it takes until a slot that nobody has used can be: others might have known it before. */
    long beginMillisMax() {
        return (BEATS_TO_LIVE + 2) * settings.beat().toMillis()
                + settings.timeout().toMillis();
    }

    boolean isFull() {
        return parts.size() >= PARTS_MAX;
    }

    void add(Part part) {
        parts.put(part.id(), part);
    }

    /** Reservations that are held, or whose end Redis has yet to hear of. */
    int size() {
        return parts.size();
    }

    String record(String id) {
        return prefix + "r:" + id;
    }

    String change(String id) {
        return prefix + "o:" + id;
    }

    String leases() {
        return prefix + "l";
    }

    /**
     * Runs {@code script}.
     *
     * @param keys after the head
     * @param arguments after epoch and sequence
     */
    Future<Answer> run(Script script, List<String> keys, List<String> arguments) {
        List<String> allKeys = new ArrayList<>(keys.size() + 1);
        allKeys.add(prefix + "h");
        allKeys.addAll(keys);
        List<String> all = new ArrayList<>(arguments.size() + 2);
        long of = epoch;
        all.add(Long.toString(of));
        all.add(Long.toString(seen));
        all.addAll(arguments);
        return link.run(script, allKeys, all).onSuccess(answer -> {
            clock.saw(answer.nowMillis());
            if (of != epoch) {
                return;
            }
            if (answer.code() == Answer.LOST || answer.code() == Answer.BUILDING) {
                isReady = false;
                beat();
            } else {
                seen = Math.max(seen, answer.sequence());
            }
        });
    }

    // ---- the ends of reservations

    /** Makes Redis hear of the end of {@code part}; done then, or as soon as that must wait. */
    Future<Void> end(Part part) {
        if (!link.isUp() || part.epoch() != epoch) {
            mustRegister = true;
            return Future.succeededFuture();
        }
        List<String> keys = new ArrayList<>();
        keys.add(record(part.id()));
        keys.add(leases());
        List<String> arguments = new ArrayList<>();
        arguments.add(part.id());
        arguments.add(part.isUndone() ? "1" : "0");
        for (int i = 0; i < part.accounts().size(); i++) {
            keys.add(part.accounts().get(i).key());
            arguments.add(Long.toString(part.posted(i)));
        }
        return run(Script.END, keys, arguments).transform(answered -> {
            if (answered.failed()) {
                mustRegister = true;
            } else if (answered.result().code() == Answer.OK) {
                parts.remove(part.id());
                told(part, answered.result());
            } else if (answered.result().code() == Answer.GONE) {
                parts.remove(part.id());
            } else {
                mustRegister = true;
            }
            return Future.succeededFuture();
        });
    }

    private void told(Part part, Answer answer) {
        for (PreparedLimits.Check check : part.group().checks()) {
            long used = answer.at(Answer.HEAD + check.account());
            if (!check.limit().alertAt().isEmpty() && used >= 0) {
                Account account = part.accounts().get(check.account());
                thresholds.saw(
                        account.standing(check.limit(), used, 0, part.start(check.account()), clock.nowMillis()));
            }
        }
    }

    /** Forgets a reservation that Redis never made. */
    void forget(Part part) {
        parts.remove(part.id());
    }

    // ---- epochs

    void up() {
        isConfirmed = false;
        mustRegister = true;
        beat();
    }

    void down() {
        isConfirmed = false;
    }

    /** Begins a new epoch: counters are made anew from the books. Done once decisions can be made again. */
    Future<Void> beginAnew() {
        mustBeginAnew = true;
        isReady = false;
        if (joined.future().isComplete()) {
            joined = Promise.promise();
        }
        beat();
        return joined.future();
    }

    /** Tells Redis that this process lives, and hears how the slot is. */
    void beat() {
        if (isBeating || !link.isUp()) {
            return;
        }
        isBeating = true;
        long beatMillis = settings.beat().toMillis();
        long graceMillis = epoch == 0 ? BEATS_TO_LIVE * beatMillis : 2 * beatMillis;
        boolean anew = mustBeginAnew;
        List<String> arguments = new ArrayList<>(List.of(
                Long.toString(epoch),
                Long.toString(seen),
                instance,
                Long.toString(BEATS_TO_LIVE * beatMillis),
                Long.toString(registered),
                Long.toString(graceMillis),
                record(""),
                anew ? "1" : "0"));
        arguments.addAll(living);
        link.run(Script.BEAT, List.of(prefix + "h", prefix + "p", prefix + "d", leases()), arguments)
                .onComplete(answered -> {
                    isBeating = false;
                    if (answered.succeeded()) {
                        if (anew) {
                            mustBeginAnew = false;
                        }
                        heard(answered.result());
                    }
                });
    }

    private void heard(Answer answer) {
        clock.saw(answer.nowMillis());
        long n = answer.at(2);
        if (n != epoch) {
            if (epoch != 0) {
                LOG.warn("The counters in Redis ({}) are made anew from the books", tag);
            }
            epoch = n;
            seen = 0;
        }
        seen = Math.max(seen, answer.at(3));
        isReady = answer.at(4) == 1 && !mustBeginAnew;
        isConfirmed = true;
        List<String> names = new ArrayList<>();
        for (int i = 5; i < answer.size(); i++) {
            names.add(answer.response().get(i).toString());
        }
        living = List.copyOf(names);
        if (registered != epoch || mustRegister) {
            register();
        }
        if (isReady()) {
            wasReady = true;
            joined.tryComplete();
        }
    }

    private void register() {
        if (isRegistering) {
            return;
        }
        isRegistering = true;
        mustRegister = false;
        long of = epoch;
        backlog.written()
                .timeout(Math.max(1_000, 4 * settings.timeout().toMillis()), TimeUnit.MILLISECONDS)
                .compose(ignored -> {
                    // Redis' clock may be a little further than it is known to be.
                    long booked = clock.nowMillis() + settings.timeout().toMillis();
                    List<Part> unknown = parts.values().stream()
                            .filter(part -> part.epoch() != of || part.isEnding())
                            .toList();
                    return register(unknown, 0, of, booked);
                })
                .onComplete(done -> {
                    isRegistering = false;
                    if (done.failed() || of != epoch) {
                        mustRegister = true;
                    } else if (parts.values().stream().anyMatch(part -> part.epoch() != of)) {
                        mustRegister = true;
                        beat();
                    } else if (registered != of) {
                        registered = of;
                        beat();
                    }
                });
    }

    private Future<Void> register(List<Part> unknown, int from, long of, long booked) {
        if (from >= unknown.size()) {
            return Future.succeededFuture();
        }
        int to = Math.min(unknown.size(), from + REGISTER_BATCH);
        List<Future<Void>> batch = new ArrayList<>();
        for (Part part : unknown.subList(from, to)) {
            batch.add(part.epoch() == of ? end(part) : register(part, of, booked, TRIES_MAX));
        }
        return Future.all(batch).compose(ignored -> register(unknown, to, of, booked));
    }

    private Future<Void> register(Part part, long of, long booked, int tries) {
        boolean ended = part.isEnding();
        if (part.isUndone()) {
            parts.remove(part.id());
            return Future.succeededFuture();
        }
        List<String> keys = new ArrayList<>();
        keys.add(record(part.id()));
        keys.add(leases());
        List<String> arguments = new ArrayList<>();
        arguments.add(part.id());
        arguments.add(Long.toString(settings.lease().toMillis()));
        arguments.add(Long.toString(part.admittedAtMillis()));
        arguments.add(ended ? "1" : "0");
        arguments.add(Long.toString(booked));
        arguments.add(Integer.toString(part.accounts().size()));
        for (int i = 0; i < part.accounts().size(); i++) {
            Account account = part.accounts().get(i);
            keys.add(account.key());
            account.describe(arguments, clock.nowMillis());
            arguments.add(Long.toString(part.start(i)));
            arguments.add(Long.toString(part.held(i)));
            arguments.add(Long.toString(account.isSettled() ? part.posted(i) : part.held(i)));
        }
        return run(Script.REGISTER, keys, arguments).compose(answer -> switch (answer.code()) {
            case Answer.OK, Answer.GONE -> {
                if (ended || answer.code() == Answer.GONE) {
                    parts.remove(part.id());
                    yield Future.succeededFuture();
                }
                part.knownIn(of);
                yield part.isEnding() ? end(part) : Future.succeededFuture();
            }
            case Answer.MISSING -> {
                if (tries == 0) {
                    yield Future.failedFuture(new RedisUnavailableException("accounts are missing again and again"));
                }
                yield load(part.accounts(), answer).compose(ignored -> register(part, of, booked, tries - 1));
            }
            default -> Future.failedFuture(new RedisUnavailableException("answer " + answer.code()));
        });
    }

    // ---- accounts

    /** Loads those of {@code accounts} that {@code answer} says are missing. */
    Future<Void> load(List<Account> accounts, Answer answer) {
        List<Future<Void>> loads = new ArrayList<>();
        for (int i = Answer.HEAD; i < answer.size(); i++) {
            loads.add(books.orElseThrow().load(this, accounts.get((int) answer.at(i))));
        }
        return Future.all(loads).mapEmpty();
    }

    /** Writes what was read for {@code account}, unless another epoch has begun since. */
    Future<Void> load(long of, Account account, long nowMillis, Books.Opening opening) {
        if (of != epoch) {
            return Future.succeededFuture();
        }
        List<String> keys = new ArrayList<>();
        keys.add(account.key());
        for (String adjustment : opening.adjustments()) {
            keys.add(change(adjustment));
        }
        List<String> arguments = new ArrayList<>();
        account.describe(arguments, nowMillis);
        arguments.addAll(opening.arguments());
        return run(Script.LOAD, keys, arguments).mapEmpty();
    }

    // ---- leases

    /** Renews the leases of everything that is held. */
    void renew() {
        if (!isReady()) {
            return;
        }
        List<Part> held = parts.values().stream()
                .filter(part -> !part.isEnding() && part.epoch() == epoch)
                .toList();
        for (int from = 0; from < held.size(); from += RENEW_BATCH) {
            renew(held.subList(from, Math.min(held.size(), from + RENEW_BATCH)));
        }
    }

    private void renew(List<Part> held) {
        List<String> keys = new ArrayList<>();
        keys.add(leases());
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(settings.lease().toMillis()));
        arguments.add(Integer.toString(held.size()));
        held.forEach(part -> arguments.add(part.id()));
        for (Part part : held) {
            for (Account account : part.accounts()) {
                if (account.isConcurrency()) {
                    keys.add(account.key());
                    arguments.add(part.id());
                }
            }
        }
        long of = epoch;
        run(Script.RENEW, keys, arguments).onSuccess(answer -> {
            if (answer.code() != Answer.OK) {
                return;
            }
            for (int i = Answer.HEAD; i < answer.size(); i++) {
                // Its lease had run out while this process did not renew it: it is held again.
                Part part = held.get((int) answer.at(i));
                if (!part.isEnding() && part.epoch() == epoch) {
                    register(part, of, 0, TRIES_MAX).onFailure(e -> LOG.warn("A lease can't be renewed: {}", e));
                }
            }
        });
    }
}
