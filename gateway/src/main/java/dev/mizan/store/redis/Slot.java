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
import java.util.function.LongSupplier;
import java.util.stream.Stream;
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

    private static final int BEATS_TO_LIVE = 6;

    /** For how many leases counters that are made anew wait for a process that vanished: it may start again. */
    private static final int LEASES_TO_RETURN = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);

    private final String tag;
    private final String prefix;
    private final String head;
    private final boolean isShared;
    private final RedisSettings settings;
    private final String instance;
    private final Link link;
    private final RedisClock clock;
    private final LongSupplier nanos;
    private final Backlog backlog;
    private final Thresholds thresholds;
    private final Registration registration;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    // What has ended, as Redis knows, while the books do not have it yet: other counters must hear of it.
    private final Map<String, Part> unbooked = new LinkedHashMap<>();
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
    private boolean isListed;

    Slot(
            String tag,
            boolean isShared,
            RedisSettings settings,
            String instance,
            Link link,
            RedisClock clock,
            LongSupplier nanos,
            Backlog backlog,
            Thresholds thresholds) {
        this.tag = tag;
        this.prefix = "mizan:{" + tag + "}:";
        this.head = prefix + "h";
        this.isShared = isShared;
        this.settings = settings;
        this.instance = instance;
        this.link = link;
        this.clock = clock;
        this.nanos = nanos;
        this.backlog = backlog;
        this.thresholds = thresholds;
        this.registration = new Registration(this, instance, settings.lease().toMillis(), nanos);
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

    /** Adds one that was admitted without Redis: it will hear of it. */
    void addUnheard(Part part) {
        add(part);
        mustRegister = true;
    }

    /** Whether no counters have heard of {@code part} yet, though they must. */
    boolean isUnheard(Part part) {
        return part.isUnheard() && parts.get(part.id()) == part;
    }

    /** Whether the counters have {@code part}, or can't decide anything before they do. */
    boolean minds(Part part) {
        return part.epoch() == epoch || !isReady;
    }

    /** Whether chunks can be leased: if this process vanishes, its next start finds that it had some. */
    boolean isLeasing() {
        return isReady() && isListed;
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

    long nowMillis() {
        return clock.nowMillis();
    }

    private String living() {
        return prefix + "p";
    }

    String leases() {
        return prefix + "l";
    }

    /** Processes that may have leased chunks. */
    private String lessees() {
        return prefix + "c";
    }

    private boolean isLocal() {
        return settings.onStoreFailure() == OnStoreFailure.LOCAL;
    }

    /** Numbers for a script, to which its own are added. */
    Numbers numbers() {
        return new Numbers().add(epoch).add(seen);
    }

    /** The keys of {@code script} on what {@code part} holds: the reservation's own, then its accounts'. */
    List<String> keys(Part part) {
        List<String> keys = new ArrayList<>(part.accounts().size() + 2);
        keys.add(leases());
        keys.add(record(part.id()));
        for (Account account : part.accounts()) {
            keys.add(account.key(epoch));
        }
        return keys;
    }

    /**
     * Runs {@code script}.
     *
     * @param keys after the head
     * @param numbers of {@link #numbers}, and the script's own
     */
    Future<Answer> run(Script script, List<String> keys, Numbers numbers, String... texts) {
        List<String> allKeys = new ArrayList<>(keys.size() + 1);
        allKeys.add(head);
        allKeys.addAll(keys);
        long of = epoch;
        return link.run(script, allKeys, numbers, List.of(texts)).onSuccess(answer -> {
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
        Numbers numbers = numbers().add(part.isUndone());
        for (int i = 0; i < part.accounts().size(); i++) {
            numbers.add(part.counted(i));
        }
        return run(Script.END, keys(part), numbers, part.id()).transform(answered -> {
            if (answered.failed()) {
                mustRegister = true;
            } else if (answered.result().code() == Answer.OK) {
                ended(part);
                told(part, answered.result(), Answer.HEAD);
            } else if (answered.result().code() == Answer.GONE) {
                ended(part);
            } else {
                mustRegister = true;
            }
            return Future.succeededFuture();
        });
    }

    /** Tells Redis of {@code part}, which has ended and was never held. Done then, or as soon as that must wait. */
    Future<Void> tell(Part part) {
        parts.put(part.id(), part);
        if (!isReady()) {
            mustRegister = true;
            return Future.succeededFuture();
        }
        return registration.one(part, epoch).transform(known -> {
            mustRegister |= known.failed();
            return Future.succeededFuture();
        });
    }

    /** Redis knows that {@code part} has ended. */
    void ended(Part part) {
        parts.remove(part.id());
        part.told();
        if (part.isInBooks() && unbooked.size() < PARTS_MAX) {
            unbooked.put(part.id(), part);
        }
    }

    /** Thresholds see what accounts have used, as {@code answer} says from {@code from} on: -1 is nothing. */
    void told(Part part, Answer answer, int from) {
        for (PreparedLimits.Check check : part.group().checks()) {
            long used = answer.at(from + check.account());
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

    /** With the next beat a new epoch begins. */
    void mustBeginAnew() {
        mustBeginAnew = true;
    }

    /** Begins a new epoch: counters are made anew from the books. Done once decisions can be made again. */
    Future<Void> beginAnew() {
        mustBeginAnew();
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
        long writtenTo = backlog.writtenTo();
        long knew = epoch;
        boolean anew = mustBeginAnew;
        // The lines for whose sake they are made anew come first: others read the books as soon as they hear of it.
        Future<Void> lines = anew ? backlog.written() : Future.succeededFuture();
        lines.compose(ignored -> sendBeat(anew)).onComplete(answered -> {
            isBeating = false;
            if (answered.succeeded()) {
                if (anew) {
                    mustBeginAnew = false;
                }
                if (knew == 0 && answered.result().at(5) == 1) {
                    LOG.warn("This process ended out of order before: what it may have leased of limits is not kept");
                    mustBeginAnew = true;
                }
                heard(answered.result(), writtenTo);
                isListed = isLocal() && knew == epoch;
            }
        });
    }

    private Future<Answer> sendBeat(boolean anew) {
        long beatMillis = settings.beat().toMillis();
        long returnMillis = LEASES_TO_RETURN * settings.lease().toMillis();
        Numbers numbers = numbers()
                .add(Math.max(BEATS_TO_LIVE * beatMillis, returnMillis))
                .add(registered)
                .add(epoch == 0 ? BEATS_TO_LIVE * beatMillis : 2 * beatMillis)
                .add(anew)
                .add(isLocal() && epoch != 0);
        List<String> texts = new ArrayList<>(List.of(instance, record("")));
        texts.addAll(living);
        return link.run(Script.BEAT, List.of(head, living(), prefix + "d", leases(), lessees()), numbers, texts);
    }

    /** @param writtenTo up to where lines were in the books before this was asked */
    private void heard(Answer answer, long writtenTo) {
        clock.saw(answer.nowMillis());
        long n = answer.at(2);
        if (n == epoch) {
            // Only what these counters know, and only now: counters that are made anew later read the books after that,
            // while those of an epoch that begins unheard may have read them before the lines were there.
            unbooked.values().removeIf(part -> part.epoch() == n && part.isBooked(writtenTo));
        } else {
            if (epoch != 0) {
                LOG.warn("The counters in Redis ({}) are made anew from the books", tag);
            }
            epoch = n;
            seen = 0;
        }
        seen = Math.max(seen, answer.at(3));
        isReady = answer.at(4) == 1 && !mustBeginAnew;
        isConfirmed = true;
        living = List.copyOf(answer.texts());
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
                    List<Part> unknown = Stream.concat(unbooked.values().stream(), parts.values().stream())
                            .filter(part -> part.isEnding()
                                    ? part.epoch() != of || !part.isTold()
                                    : part.isMade() && part.epoch() != of)
                            .toList();
                    return registration.all(unknown, of);
                })
                .onComplete(done -> {
                    isRegistering = false;
                    if (done.failed() || of != epoch) {
                        mustRegister = true;
                    } else if (isUnknown(of)) {
                        mustRegister = true;
                        beat();
                    } else {
                        // Calls that were admitted on doubt meanwhile hold nobody up, for others would follow for ever.
                        mustRegister |= parts.values().stream().anyMatch(Part::isUnheard);
                        if (registered != of) {
                            registered = of;
                            beat();
                        }
                    }
                });
    }

    private boolean isUnknown(long of) {
        return Stream.concat(parts.values().stream(), unbooked.values().stream())
                .anyMatch(part -> part.epoch() != of && !part.isUnheard());
    }

    /** Says that this process ends, if Redis and the books know all that it knew; else it is waited for. */
    Future<Void> leave() {
        if (!link.isUp() || !parts.isEmpty()) {
            return Future.succeededFuture();
        }
        return backlog.written()
                .compose(ignored -> sendLeave())
                .compose(isOver -> isOver ? Future.succeededFuture() : leaveAnew());
    }

    /** Whether it counts: it does if these counters are the newest, and know what this process knew. */
    private Future<Boolean> sendLeave() {
        return registered != epoch
                ? Future.succeededFuture(false)
                : link.run(Script.LEAVE, List.of(head, living(), lessees()), numbers(), List.of(instance))
                        .map(answer -> answer.code() == Answer.OK);
    }

    /** Others may have read the books, for newer counters, before they had all lines: they are to read them again. */
    private Future<Void> leaveAnew() {
        return sendBeat(true)
                .compose(answer -> {
                    epoch = answer.at(2);
                    registered = epoch;
                    seen = answer.at(3);
                    return sendLeave();
                })
                .mapEmpty();
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

    /** Whether {@code process} was known to live at the last beat. */
    boolean lives(String process) {
        return living.contains(process);
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
        new Renewal(this, settings, nanos).run(held);
    }

    /** Makes {@code part}, whose lease had run out, held again. */
    Future<Void> holdAgain(Part part) {
        return registration.one(part, epoch);
    }
}
