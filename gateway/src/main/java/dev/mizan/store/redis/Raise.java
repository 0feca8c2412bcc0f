package dev.mizan.store.redis;

import dev.mizan.admission.Decision;
import dev.mizan.admission.Decision.Reason;
import dev.mizan.limit.Amounts;
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
        List<String> arguments = arguments(part, total, true);
        return slot.run(Script.RAISE, keys(part), arguments).transform(answered -> {
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
            undone.add(part.group().slot().run(Script.RAISE, keys(part), arguments(part, before, false)));
        }
        return Future.join(new ArrayList<>(undone)).transform(ignored -> Future.succeededFuture(new Not(decision)));
    }

    private static List<String> keys(Part part) {
        List<String> keys = new ArrayList<>();
        keys.add(part.group().slot().record(part.id()));
        keys.add(part.group().slot().leases());
        part.accounts().forEach(account -> keys.add(account.key()));
        return keys;
    }

    private List<String> arguments(Part part, Amounts posted, boolean isChecked) {
        List<PreparedLimits.Check> checks = isChecked ? checks(part) : List.of();
        List<String> arguments = new ArrayList<>();
        arguments.add(part.id());
        arguments.add(Integer.toString(part.accounts().size()));
        arguments.add(Integer.toString(checks.size()));
        for (int i = 0; i < part.accounts().size(); i++) {
            Account account = part.accounts().get(i);
            long held = isChecked ? next.of(account.limit()) : part.held(i);
            arguments.add(Long.toString(account.isSettled() ? posted.of(account.limit()) : 0));
            arguments.add(Long.toString(account.isSettled() ? held : 0));
        }
        for (PreparedLimits.Check check : checks) {
            arguments.add(Integer.toString(check.account() + 1));
            arguments.add(Long.toString(check.limit().cap()));
            arguments.add(Long.toString(check.need(next)));
            arguments.add(check.passes(next) ? "1" : "0");
        }
        return arguments;
    }

    private static List<PreparedLimits.Check> checks(Part part) {
        return part.group().checks().stream()
                .filter(check -> !check.limit().meter().isGate()
                        && (check.limit().reserve() != Reserve.NONE
                                || !check.limit().atCap().serves()))
                .toList();
    }

    private dev.mizan.limit.Breach breach(Part part, Answer answer) {
        PreparedLimits.Check check = checks(part).get((int) answer.at(Answer.HEAD));
        Account account = part.accounts().get(check.account());
        return account.breach(
                check.limit(),
                answer.at(Answer.HEAD + 1),
                answer.at(Answer.HEAD + 2),
                answer.at(Answer.HEAD + 3),
                0,
                answer.nowMillis());
    }
}
