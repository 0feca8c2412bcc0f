package dev.mizan.store.redis;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Reason;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Standing;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** One claim on its way: slot after slot, and back if one refuses. Belongs to one event loop. */
final class Reservation {
    /** How long a call waits for accounts that are read from the books. */
    static final long LOAD_MILLIS_MAX = 2_000;

    private static final int TRIES_MAX = 4;

    private final RedisLimits store;
    private final PreparedLimits limits;
    private final Claim claim;
    private final List<Part> parts = new ArrayList<>();
    private final Standing[] standings;
    private int tries = TRIES_MAX;

    Reservation(RedisLimits store, PreparedLimits limits, Claim claim) {
        this.store = store;
        this.limits = limits;
        this.claim = claim;
        this.standings = new Standing[limits.limits().size()];
    }

    Future<Decision> run() {
        if (isLocal()) {
            store.chunks().used(limits);
        }
        return next();
    }

    private Future<Decision> next() {
        if (parts.size() == limits.groups().size()) {
            long admittedAt = parts.isEmpty()
                    ? store.clock().nowMillis()
                    : parts.getFirst().admittedAtMillis();
            List<Standing> all =
                    Arrays.stream(standings).map(Objects::requireNonNull).toList();
            return Future.succeededFuture(
                    new Decision.Reserved(new RedisHold(store, claim.id(), parts, all, admittedAt, mayNotDoubt())));
        }
        Part part = new Part(limits.groups().get(parts.size()), claim);
        Slot slot = part.group().slot();
        if (slot.isFull()) {
            return doubt(part, Reason.UNREACHABLE);
        }
        if (slot.isReady()) {
            return ask(part);
        }
        if (slot.isBeginning()) {
            // The first calls for the slot in this process: they need not fail for that.
            slot.beat();
            return slot.joined()
                    .timeout(slot.beginMillisMax(), TimeUnit.MILLISECONDS)
                    .transform(joined -> joined.succeeded() ? ask(part) : doubt(part, slot.reason()));
        }
        return doubt(part, slot.reason());
    }

    private Future<Decision> ask(Part part) {
        Slot slot = part.group().slot();
        Numbers numbers = slot.numbers()
                .add(store.leaseMillis())
                .add(part.accounts().size())
                .add(part.group().checks().size())
                .add(part.group().gates());
        long now = store.clock().nowMillis();
        for (int i = 0; i < part.accounts().size(); i++) {
            part.accounts().get(i).describe(numbers, now);
            numbers.add(part.held(i));
        }
        for (PreparedLimits.Check check : part.group().checks()) {
            numbers.add(check.account() + 1).add(check.most(claim)).add(check.need(claim));
        }
        part.knownIn(slot.epoch());
        part.leasedUntil(store.nanos() + TimeUnit.MILLISECONDS.toNanos(store.leaseMillis()));
        slot.add(part);
        List<String> keys = slot.keys(part);
        String accounts = String.join("\n", keys.subList(2, keys.size()));
        return slot.run(Script.RESERVE, keys, numbers, claim.id(), accounts).transform(answered -> {
            if (answered.failed()) {
                // It may have been made all the same: Redis will hear that it has ended.
                return doubt(part, Reason.UNREACHABLE);
            }
            return decide(part, answered.result());
        });
    }

    private Future<Decision> decide(Part part, Answer answer) {
        Slot slot = part.group().slot();
        if (answer.code() == Answer.OK) {
            made(part, answer);
            parts.add(part);
            return next();
        }
        slot.forget(part);
        part.knownIn(0);
        return switch (answer.code()) {
            case Answer.REFUSED -> refused(part, answer);
            case Answer.MISSING -> tries-- > 0 ? load(part, answer) : doubt(part, Reason.REBUILDING);
            case Answer.WINDOWS -> tries-- > 0 ? again(part) : doubt(part, Reason.REBUILDING);
            case Answer.LOST, Answer.BUILDING -> doubt(part, Reason.REBUILDING);
            default -> doubt(part, Reason.UNREACHABLE);
        };
    }

    private Future<Decision> load(Part part, Answer answer) {
        return part.group()
                .slot()
                .load(part.accounts(), answer)
                .timeout(LOAD_MILLIS_MAX, TimeUnit.MILLISECONDS)
                .transform(loaded -> loaded.succeeded() ? again(part) : doubt(part, Reason.UNREACHABLE));
    }

    private Future<Decision> again(Part part) {
        Slot slot = part.group().slot();
        return slot.isReady() ? ask(part) : doubt(part, slot.reason());
    }

    private void made(Part part, Answer answer) {
        long now = answer.nowMillis();
        for (int i = 0; i < part.accounts().size(); i++) {
            part.admitted(now, i, answer.at(Answer.HEAD + 3 * i + 2));
        }
        for (PreparedLimits.Check check : part.group().checks()) {
            int at = Answer.HEAD + 3 * check.account();
            Account account = part.accounts().get(check.account());
            Standing standing =
                    account.standing(check.limit(), answer.at(at), answer.at(at + 1), answer.at(at + 2), now);
            standings[check.position()] = standing;
            store.thresholds().saw(standing);
        }
    }

    private Future<Decision> refused(Part part, Answer answer) {
        PreparedLimits.Check check = part.group().checks().get((int) answer.at(Answer.HEAD));
        Decision decision = new Decision.Refused(Account.breach(
                check.limit(),
                answer.at(Answer.HEAD + 1),
                answer.at(Answer.HEAD + 2),
                check.need(claim),
                answer.at(Answer.HEAD + 3)));
        if (isLocal() && check.need(claim) <= check.limit().cap()) {
            store.chunks().refused(part.accounts().get(check.account()));
        }
        // Refused for tokens or money, the call was a request all the same.
        return giveBack(!check.limit().meter().isGate(), decision);
    }

    private boolean isLocal() {
        return store.settings().onStoreFailure() == OnStoreFailure.LOCAL;
    }

    private boolean mayNotDoubt() {
        return limits.isStrict() && store.settings().onStoreFailure() != OnStoreFailure.OPEN;
    }

    /** Whether it fits can't be said: refused, or served from chunks or uncounted until it can be made known. */
    private Future<Decision> doubt(Part part, Reason reason) {
        Slot slot = part.group().slot();
        // The line has one moment, which names its windows in all slots.
        long at = parts.isEmpty() ? store.clock().nowMillis() : parts.getFirst().admittedAtMillis();
        boolean isServed = !slot.isFull()
                && (!mayNotDoubt() || (isLocal() && store.chunks().draw(part, claim, at)));
        if (!isServed) {
            if (part.epoch() != 0) {
                parts.add(part);
            }
            return giveBack(false, new Decision.Unavailable(reason));
        }
        if (limits.isStrict()) {
            store.servedOnDoubt();
        }
        part.admittedOnDoubt(at);
        slot.addUnheard(part);
        parts.add(part);
        for (PreparedLimits.Check check : part.group().checks()) {
            Limit limit = check.limit();
            standings[check.position()] = part.accounts()
                    .get(check.account())
                    .standing(
                            limit, 0, part.held(check.account()), part.start(check.account()), part.admittedAtMillis());
        }
        return next();
    }

    /** Ends what earlier slots have set aside. */
    private Future<Decision> giveBack(boolean isRequest, Decision decision) {
        List<Future<Void>> ends = new ArrayList<>();
        for (Part part : parts) {
            if (isRequest) {
                part.end(Amounts.NONE);
            } else {
                part.undo();
            }
            part.knownAsAsked();
            if (part.epoch() == 0) {
                part.group().slot().forget(part);
            } else {
                ends.add(part.group().slot().end(part));
            }
        }
        // Nobody waits for it: it is repeated until Redis has heard of it.
        return ends.isEmpty() || decision instanceof Decision.Unavailable
                ? Future.succeededFuture(decision)
                : Future.join(ends).transform(ignored -> Future.succeededFuture(decision));
    }
}
