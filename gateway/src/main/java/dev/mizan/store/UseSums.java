package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Subject.Kind;
import dev.mizan.report.SpendQuery;
import dev.mizan.usage.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What some lines add to {@code subject_use}: by subject and quarter of an hour of admission. Not safe for use by many
 * threads.
 */
final class UseSums {
    /** By everything that decides a line's subjects: lines of one caller to one model share a dozen of them. */
    private final Map<Source, Amounts> sums = new HashMap<>();

    /**
     * Where a row belongs.
     *
     * @param subject as {@link SubjectIds#stored} makes it
     */
    record Place(Kind kind, String subject, long slot) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byKind = kind.compareTo(other.kind);
            int bySubject = byKind != 0 ? byKind : subject.compareTo(other.subject);
            return bySubject != 0 ? bySubject : Long.compare(slot, other.slot);
        }
    }

    private record Source(
            long slot,
            String tenant,
            String team,
            String user,
            String key,
            String endUser,
            String endpoint,
            String alias,
            String provider,
            String deployment,
            List<String> via,
            List<String> tags) {
        static Source of(Line line, long slot) {
            return new Source(
                    slot,
                    line.principal().tenant(),
                    line.principal().team(),
                    line.principal().user(),
                    line.principal().keyId(),
                    line.principal().endUser(),
                    line.call().endpoint(),
                    line.call().alias(),
                    line.target().provider(),
                    line.target().deployment(),
                    line.target().via(),
                    line.call().tags());
        }

        /** Gives each subject's kind and id to {@code to}; parts that are not there make no subject. */
        void forEach(BiConsumer<Kind, String> to) {
            to.accept(Kind.GLOBAL, "");
            single(Kind.TENANT, tenant, to);
            single(Kind.TEAM, team, to);
            single(Kind.USER, user, to);
            single(Kind.KEY, key, to);
            single(Kind.ENDPOINT, endpoint, to);
            onModel(alias, to);
            for (String model : via) {
                onModel(model, to);
            }
            single(Kind.PROVIDER, provider, to);
            single(Kind.DEPLOYMENT, deployment, to);
            for (String tag : tags) {
                single(Kind.TAG, tag, to);
            }
            joined(Kind.END_USER, tenant, endUser, to);
            joined(Kind.TEAM_USER, team, user, to);
        }

        private void onModel(String model, BiConsumer<Kind, String> to) {
            single(Kind.MODEL, model, to);
            joined(Kind.KEY_MODEL, key, model, to);
            joined(Kind.USER_MODEL, user, model, to);
            joined(Kind.TEAM_MODEL, team, model, to);
        }

        private static void single(Kind kind, String id, BiConsumer<Kind, String> to) {
            if (!id.isEmpty()) {
                to.accept(kind, id);
            }
        }

        private static void joined(Kind kind, String first, String second, BiConsumer<Kind, String> to) {
            if (!first.isEmpty() && !second.isEmpty()) {
                to.accept(kind, first + Subject.SEPARATOR + second);
            }
        }
    }

    /** The start of the quarter of an hour that {@code millis} is in. */
    static long slot(long millis) {
        return Math.floorDiv(millis, SpendQuery.SLOT_MILLIS) * SpendQuery.SLOT_MILLIS;
    }

    /** What {@code line} counts when it stands for a {@code countsAs}: an attempt only what it cost the operator. */
    static Amounts amounts(Line line, Line.Kind countsAs) {
        long provider = line.cost().provider().nanos();
        return countsAs == Line.Kind.ATTEMPT
                ? attempt(provider)
                : call(
                        line.usage().inputTokens(),
                        line.usage().outputTokens(),
                        provider,
                        line.cost().charged().nanos(),
                        line.usage().get(Unit.TOOL_CALLS));
    }

    /** What a call counts. */
    static Amounts call(long inputTokens, long outputTokens, long provider, long charged, long toolCalls) {
        return new Amounts(1, inputTokens, outputTokens, provider, charged, toolCalls);
    }

    /** What an attempt counts. */
    static Amounts attempt(long provider) {
        return new Amounts(0, 0, 0, provider, 0, 0);
    }

    /** Whether {@code line} counts for the subject of this kind and stored id. */
    static boolean isOf(Line line, Kind kind, String storedId) {
        boolean[] found = {false};
        Source.of(line, 0)
                .forEach((each, id) ->
                        found[0] |= each == kind && SubjectIds.stored(id).equals(storedId));
        return found[0];
    }

    /** When {@code correction} counts: at the admission of what it corrects; when it was made if that is not there. */
    static long correctedAtMillis(Line correction, Optional<Line> corrected) {
        return corrected.map(Line::admittedAtMillis).orElse(correction.timeMillis());
    }

    /** Adds a line that is no correction. */
    void add(Line line) {
        add(line, slot(line.admittedAtMillis()), amounts(line, line.kind()));
    }

    /** Adds {@code correction} in the place of {@code corrected}; by itself if there is none. */
    void correct(Line correction, Optional<Line> corrected) {
        long slot = slot(correctedAtMillis(correction, corrected));
        Line.Kind countsAs = corrected.map(Line::kind).orElse(Line.Kind.CALL);
        corrected.ifPresent(line -> add(line, slot, Amounts.NONE.minus(amounts(line, countsAs))));
        add(correction, slot, amounts(correction, countsAs));
    }

    /** Every row, in the order of places: writers that take rows in one order can't wait for each other in a circle. */
    List<Map.Entry<Place, Amounts>> rows() {
        Map<Place, Amounts> rows = new HashMap<>();
        sums.forEach((source, amounts) -> source.forEach((kind, id) ->
                rows.merge(new Place(kind, SubjectIds.stored(id), source.slot()), amounts, Amounts::plus)));
        List<Map.Entry<Place, Amounts>> sorted = new ArrayList<>(rows.entrySet());
        sorted.sort(Map.Entry.comparingByKey());
        return sorted;
    }

    private void add(Line line, long slot, Amounts amounts) {
        sums.merge(Source.of(line, slot), amounts, Amounts::plus);
    }
}
