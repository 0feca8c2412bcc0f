package dev.mizan.store;

import dev.mizan.ledger.Line;
import dev.mizan.limit.Amounts;
import dev.mizan.limit.Balances.Use;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Subject.Kind;
import dev.mizan.usage.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What lines say of each subject's use, worked out by looking at one line after the other. */
final class ExpectedUse {
    private static final long QUARTER = 900_000;

    private final List<Counted> counted = new ArrayList<>();

    /** A line and how it counts; one in whose place another stands is not there. */
    private record Counted(Line line, Line.Kind kind, long atMillis, Set<Subject> subjects) {
        Counted(Line line, Line.Kind kind, long atMillis) {
            this(line, kind, atMillis, subjectsOf(line));
        }

        Amounts amounts() {
            long provider = line.cost().provider().nanos();
            if (kind == Line.Kind.ATTEMPT) {
                return new Amounts(0, 0, 0, provider, 0, 0);
            }
            return new Amounts(
                    1,
                    line.usage().inputTokens(),
                    line.usage().totalTokens() - line.usage().inputTokens(),
                    provider,
                    line.cost().charged().nanos(),
                    line.usage().get(Unit.TOOL_CALLS));
        }
    }

    ExpectedUse(List<Line> lines) {
        Map<String, Line> corrections = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (Line line : lines) {
            ids.add(line.id());
            if (line.kind() == Line.Kind.CORRECTION) {
                corrections.put(line.corrects(), line);
            }
        }
        for (Line line : lines) {
            if (line.kind() != Line.Kind.CORRECTION) {
                Line effective = corrections.getOrDefault(line.id(), line);
                counted.add(new Counted(effective, line.kind(), line.admittedAtMillis()));
            } else if (!ids.contains(line.corrects())) {
                counted.add(new Counted(line, Line.Kind.CALL, line.timeMillis()));
            }
        }
    }

    /** Every subject of any line. */
    static Set<Subject> subjects(List<Line> lines) {
        Set<Subject> subjects = new HashSet<>();
        lines.forEach(line -> subjects.addAll(subjectsOf(line)));
        return subjects;
    }

    Amounts total(Subject subject, long fromMillis) {
        Amounts total = Amounts.NONE;
        for (Counted each : of(subject, fromMillis)) {
            total = total.plus(each.amounts());
        }
        return total;
    }

    List<Use> quarters(Subject subject, long fromMillis) {
        TreeMap<Long, Amounts> quarters = new TreeMap<>();
        for (Counted each : of(subject, fromMillis)) {
            quarters.merge(each.atMillis() - each.atMillis() % QUARTER, each.amounts(), Amounts::plus);
        }
        List<Use> uses = new ArrayList<>();
        quarters.forEach((slot, amounts) -> {
            if (!amounts.equals(Amounts.NONE)) {
                uses.add(new Use(slot, amounts));
            }
        });
        return uses;
    }

    /** What was used at each moment. */
    Map<Long, Amounts> moments(Subject subject, long fromMillis) {
        List<Use> uses = new ArrayList<>();
        of(subject, fromMillis).forEach(each -> uses.add(new Use(each.atMillis(), each.amounts())));
        return moments(uses);
    }

    static Map<Long, Amounts> moments(List<Use> uses) {
        Map<Long, Amounts> moments = new HashMap<>();
        uses.forEach(use -> moments.merge(use.atMillis(), use.amounts(), Amounts::plus));
        moments.values().removeIf(Amounts.NONE::equals);
        return moments;
    }

    private List<Counted> of(Subject subject, long fromMillis) {
        return counted.stream()
                .filter(each -> each.atMillis() >= fromMillis)
                .filter(each -> each.subjects().contains(subject))
                .toList();
    }

    private static Set<Subject> subjectsOf(Line line) {
        Set<Subject> subjects = new HashSet<>(Set.of(Subject.GLOBAL));
        List<String> models = Stream.concat(Stream.of(line.call().alias()), line.target().via().stream())
                .filter(model -> !model.isEmpty())
                .toList();
        add(Kind.TENANT, line.principal().tenant(), subjects);
        models.forEach(model -> add(Kind.MODEL, model, subjects));
        add(Kind.PROVIDER, line.target().provider(), subjects);
        add(Kind.DEPLOYMENT, line.target().deployment(), subjects);
        add(Kind.ENDPOINT, line.call().endpoint(), subjects);
        line.call().tags().forEach(tag -> add(Kind.TAG, tag, subjects));
        for (Map.Entry<Kind, String> owner : Map.of(
                        Kind.TEAM, line.principal().team(),
                        Kind.USER, line.principal().user(),
                        Kind.KEY, line.principal().keyId())
                .entrySet()) {
            if (!owner.getValue().isEmpty()) {
                Subject subject = new Subject(owner.getKey(), owner.getValue());
                subjects.add(subject);
                models.forEach(model -> subjects.add(subject.onModel(model)));
            }
        }
        if (!line.principal().team().isEmpty() && !line.principal().user().isEmpty()) {
            subjects.add(
                    Subject.member(line.principal().team(), line.principal().user()));
        }
        if (!line.principal().endUser().isEmpty()) {
            subjects.add(
                    Subject.endUser(line.principal().tenant(), line.principal().endUser()));
        }
        return subjects;
    }

    private static void add(Kind kind, String id, Set<Subject> subjects) {
        if (!id.isEmpty()) {
            subjects.add(new Subject(kind, id));
        }
    }
}
