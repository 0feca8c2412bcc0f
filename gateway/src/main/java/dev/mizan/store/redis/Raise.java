package dev.mizan.store.redis;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Reason;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Breach;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Reserve;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts another amount in place of what is held, part after part; if one refuses, those before it are put back. What is
 * posted is said in all, not by how much it grows, so that repeats change nothing.
 *
 * @param before what was posted before
 * @param total what is posted then
 */
record Raise(List<Part> parts, Amounts before, Amounts total, Claim next) {
    /** How it ended. */
    sealed interface Outcome {}

    record Fits() implements Outcome {}

    record Not(Decision decision) implements Outcome {}

    Future<Outcome> run(int index) {
        if (index == parts.size()) {
            for (Part part : parts) {
                part.hold(next);
                part.post(total);
            }
            return Future.succeededFuture(new Fits());
        }
        Part part = parts.get(index);
        Slot slot = part.group().slot();
        if (!slot.isReady() || part.epoch() != slot.epoch()) {
            return back(index, new Decision.Unavailable(slot.reason()));
        }
        return slot.run(Script.RAISE, slot.keys(part), numbers(part, total, true))
                .transform(answered -> {
                    if (answered.failed()) {
                        return back(index + 1, new Decision.Unavailable(Reason.UNREACHABLE));
                    }
                    Answer answer = answered.result();
                    return switch (answer.code()) {
                        case Answer.OK -> run(index + 1);
                        case Answer.REFUSED -> back(index, new Decision.Refused(breach(part, answer)));
                        default -> back(index, new Decision.Unavailable(Reason.REBUILDING));
                    };
                });
    }

    /** Puts the first {@code count} parts back to what they held. */
    private Future<Outcome> back(int count, Decision decision) {
        List<Future<Answer>> undone = new ArrayList<>();
        for (Part part : parts.subList(0, count)) {
            Slot slot = part.group().slot();
            undone.add(slot.run(Script.RAISE, slot.keys(part), numbers(part, before, false)));
        }
        return Future.join(new ArrayList<>(undone)).transform(ignored -> Future.succeededFuture(new Not(decision)));
    }

    private Numbers numbers(Part part, Amounts posted, boolean isChecked) {
        List<PreparedLimits.Check> checks = isChecked ? checks(part) : List.of();
        Numbers numbers =
                part.group().slot().numbers().add(part.accounts().size()).add(checks.size());
        long now = part.group().slot().nowMillis();
        for (int i = 0; i < part.accounts().size(); i++) {
            Account account = part.accounts().get(i);
            account.describe(numbers, now);
            long held = isChecked ? Math.min(next.of(account.limit()), Account.EXACT_MAX) : part.held(i);
            numbers.add(account.isSettled() ? part.counted(i, posted.of(account.limit())) : 0);
            numbers.add(account.isSettled() ? held : 0);
        }
        for (PreparedLimits.Check check : checks) {
            numbers.add(check.account() + 1).add(check.most(next)).add(check.need(next));
        }
        return numbers;
    }

    private static List<PreparedLimits.Check> checks(Part part) {
        return part.group().checks().stream()
                .filter(check -> !check.limit().meter().isGate()
                        && (check.limit().reserve() != Reserve.NONE
                                || !check.limit().atCap().serves()))
                .toList();
    }

    private Breach breach(Part part, Answer answer) {
        PreparedLimits.Check check = checks(part).get((int) answer.at(Answer.HEAD));
        return Account.breach(
                check.limit(),
                answer.at(Answer.HEAD + 1),
                answer.at(Answer.HEAD + 2),
                check.need(next),
                answer.at(Answer.HEAD + 3));
    }
}
