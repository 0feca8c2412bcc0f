package dev.mizan.store.redis;

import dev.mizan.admission.LimitStore;
import dev.mizan.limit.Claim;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Reserve;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Limits with the accounts that they count on, by the slot that those are in. */
final class PreparedLimits implements LimitStore.Prepared {
    /**
     * A limit in a group.
     *
     * @param account its account's place in the group
     * @param position its place in {@link #limits}
     */
    record Check(Limit limit, int account, int position) {
        /** Whether it may not be doubted: it blocks, and sets aside the worst case. */
        boolean isStrict() {
            return limit.reserve() == Reserve.WORST_CASE && !limit.atCap().serves();
        }

        /** What may be used after {@code claim}; more than can be where it is served whatever was used. */
        long most(Claim claim) {
            return limit.atCap().serves() || limit.alwaysFits(need(claim)) ? Long.MAX_VALUE : limit.cap();
        }

        /** What must fit for {@code claim} to fit. */
        long need(Claim claim) {
            long held = Math.min(claim.of(limit), Account.EXACT_MAX);
            if (limit.meter().isGate()) {
                return held;
            }
            return switch (limit.reserve()) {
                case WORST_CASE -> held;
                // One call larger than the cap fits an empty window; of a cap of 0 nothing does.
                case EXPECTED -> limit.cap() == 0 ? held : Math.min(held, limit.cap());
                case NONE -> 1;
            };
        }
    }

    /**
     * What is decided by one script.
     *
     * @param strict the checks that may not be doubted: of each account the one with the lowest cap
     */
    record Group(Slot slot, List<Account> accounts, List<Check> checks, List<Check> strict) {
        /** How many of the checks are of requests and slots: they come first. */
        int gates() {
            int gates = 0;
            while (gates < checks.size() && checks.get(gates).limit().meter().isGate()) {
                gates++;
            }
            return gates;
        }

        private void add(Check check) {
            checks.add(check);
            if (!check.isStrict()) {
                return;
            }
            for (int i = 0; i < strict.size(); i++) {
                if (strict.get(i).account() == check.account()) {
                    if (check.limit().cap() < strict.get(i).limit().cap()) {
                        strict.set(i, check);
                    }
                    return;
                }
            }
            strict.add(check);
        }
    }

    private final List<Limit> limits;
    private final List<Group> groups;
    private final boolean isStrict;

    /** @param slots the slot of an account */
    PreparedLimits(List<Limit> given, Function<Limit, Slot> slots) {
        List<Limit> ordered = new ArrayList<>(given.size());
        for (Limit limit : given) {
            if (limit.subject().isPattern()) {
                throw new IllegalArgumentException("limit: on '" + limit.subject() + "' (expected: one subject)");
            }
            if (limit.meter().isGate()) {
                ordered.add(limit);
            }
        }
        for (Limit limit : given) {
            if (!limit.meter().isGate()) {
                ordered.add(limit);
            }
        }
        this.limits = List.copyOf(ordered);
        this.groups = groups(limits, slots);
        this.isStrict = groups.stream().anyMatch(group -> !group.strict().isEmpty());
    }

    private static List<Group> groups(List<Limit> limits, Function<Limit, Slot> slots) {
        Map<Slot, Group> bySlot = new LinkedHashMap<>();
        for (int i = 0; i < limits.size(); i++) {
            Limit limit = limits.get(i);
            Slot slot = slots.apply(limit);
            Group group = bySlot.computeIfAbsent(
                    slot, one -> new Group(one, new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
            int account = 0;
            while (account < group.accounts().size()
                    && !group.accounts().get(account).limit().account().equals(limit.account())) {
                account++;
            }
            if (account == group.accounts().size()) {
                group.accounts().add(new Account(limit, slot.prefix()));
            }
            group.add(new Check(limit, account, i));
        }
        List<Group> groups = new ArrayList<>(bySlot.values());
        // What many tenants share is asked last and held shortest.
        groups.sort((a, b) -> Boolean.compare(a.slot().isShared(), b.slot().isShared()));
        return List.copyOf(groups);
    }

    @Override
    public List<Limit> limits() {
        return limits;
    }

    List<Group> groups() {
        return groups;
    }

    /** Whether a call may not be served on doubt: one of them blocks, and sets aside the worst case. */
    boolean isStrict() {
        return isStrict;
    }
}
