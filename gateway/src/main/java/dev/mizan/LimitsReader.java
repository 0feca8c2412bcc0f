package dev.mizan;

import dev.mizan.admission.Degradation;
import dev.mizan.admission.Guards;
import dev.mizan.admission.LimitSettings;
import dev.mizan.config.NearestName;
import dev.mizan.config.Settings;
import dev.mizan.identity.Plan;
import dev.mizan.limit.AtCap;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Meter;
import dev.mizan.limit.Reserve;
import dev.mizan.limit.Subject;
import dev.mizan.limit.Subject.Kind;
import dev.mizan.limit.Window;
import dev.mizan.money.ExchangeRates;
import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code limits}, {@code plans}, {@code guards}, {@code degrade} and the limits of models and deployments. */
final class LimitsReader {
    private static final Subject HOLDER = new Subject(Kind.KEY, Subject.ANY);
    private static final BigDecimal NANOS = BigDecimal.valueOf(NanoUsd.PER_USD);

    private final ZoneId zone;
    private final Set<String> aliases;
    private final Set<String> providers;
    private final ExchangeRates rates;

    /**
     * @param zone whose midnights end days, weeks and months
     * @param rates of the currencies that prices of overage may be in
     */
    LimitsReader(ZoneId zone, Set<String> aliases, Set<String> providers, ExchangeRates rates) {
        this.zone = zone;
        this.aliases = aliases;
        this.providers = providers;
        this.rates = rates;
    }

    Rules read(Settings root) {
        List<Limit> limits = new ArrayList<>();
        List<Degradation> degradations = new ArrayList<>();
        for (Settings entry : root.list("limits")) {
            subject(entry).flatMap(subject -> limit(entry, subject, "limits")).ifPresent(limit -> {
                limits.add(limit);
                List<Degradation.Step> steps = steps(entry.list("degrade"));
                if (!steps.isEmpty()) {
                    degradations.add(new Degradation(limit, steps));
                }
            });
        }
        Map<String, List<Limit>> deployments = new HashMap<>();
        root.group("models").groups().forEach((alias, model) -> {
            for (Settings entry : model.list("limits")) {
                limit(entry, new Subject(Kind.MODEL, alias), "models." + alias).ifPresent(limits::add);
            }
            deployments(alias, model, deployments);
        });
        return new Rules(
                new LimitSettings(
                        limits,
                        degradations,
                        deployments,
                        root.integer("budget_status", 429),
                        root.text("unbounded", "refuse").equals("allow")),
                plans(root.group("plans")),
                guards(root.group("guards")),
                steps(root.list("degrade")));
    }

    /** The steps of a {@code degrade}. */
    private List<Degradation.Step> steps(List<Settings> entries) {
        List<Degradation.Step> steps = new ArrayList<>();
        for (Settings entry : entries) {
            String to = entry.text("to", "");
            if (!to.isEmpty()) {
                refuseUnknown(entry, "to", to, aliases, "models");
            }
            if (to.isEmpty() && entry.list("disable").isEmpty()) {
                entry.refuse("", "does nothing (expected: 'to', 'disable' or both)");
            }
            steps.add(new Degradation.Step(percent(entry, "at"), to, Set.copyOf(entry.texts("disable"))));
        }
        steps.sort(Comparator.comparingInt(Degradation.Step::percent));
        return steps;
    }

    /** A share written as {@code 75%} or {@code 75}; its form is checked by the schema. */
    private static int percent(Settings entry, String name) {
        return Integer.parseInt(entry.text(name, "0").replace("%", "").strip());
    }

    private Optional<Subject> subject(Settings entry) {
        String text = entry.text("subject", "global");
        Optional<Subject> subject = Subject.parse(text);
        if (subject.isEmpty()) {
            entry.refuse(
                    "subject",
                    "'" + text + "' (expected: global, or tenant, team, user, key, end_user, model, provider,"
                            + " deployment, endpoint or tag with a colon and a name or *)");
            return subject;
        }
        Subject named = subject.get();
        if (!named.isPattern() && named.kind() == Kind.MODEL) {
            refuseUnknown(entry, "subject", named.id(), aliases, "models");
        }
        if (!named.isPattern() && named.kind() == Kind.PROVIDER) {
            refuseUnknown(entry, "subject", named.id(), providers, "providers");
        }
        return subject;
    }

    private Optional<Limit> limit(Settings entry, Subject subject, String origin) {
        Meter meter = Meter.of(entry.text("meter", "")).orElseThrow();
        String per = entry.text("per", meter == Meter.CONCURRENCY ? "in_flight" : "");
        Optional<Window> window = Window.parse(per, zone);
        if (window.isEmpty() || (meter == Meter.CONCURRENCY) != (window.get() instanceof Window.InFlight)) {
            entry.refuse(
                    "per",
                    "'" + per + "' of meter '" + meter.label() + "' (expected: "
                            + (meter == Meter.CONCURRENCY
                                    ? "in_flight"
                                    : "minute, hour, day, week, month, lifetime, or a duration such as 30s, 5m, 24h, 30d")
                            + ")");
            return Optional.empty();
        }
        Reserve reserve = Reserve.of(entry.text("reserve", "")).orElse(Reserve.byDefault(meter, window.get()));
        return Optional.of(new Limit(
                subject,
                meter,
                window.get(),
                cap(entry, meter),
                atCap(entry, meter),
                reserve,
                entry.flag("clamp", false),
                alertAt(entry),
                origin));
    }

    private static long cap(Settings entry, Meter meter) {
        BigDecimal cap = entry.number("cap").orElse(BigDecimal.ZERO);
        BigDecimal units = meter == Meter.COST ? cap.multiply(NANOS) : cap;
        if (units.stripTrailingZeros().scale() > 0) {
            entry.refuse(
                    "cap",
                    cap.toPlainString() + " (expected: "
                            + (meter == Meter.COST ? "USD with at most 9 decimals" : "a whole number") + ")");
            return 0;
        }
        if (units.compareTo(BigDecimal.valueOf(Limit.CAP_MAX)) > 0) {
            entry.refuse(
                    "cap",
                    cap.toPlainString() + " (expected: at most "
                            + (meter == Meter.COST
                                    ? NanoUsd.ofNanos(Limit.CAP_MAX).toDecimal()
                                    : Long.toString(Limit.CAP_MAX))
                            + ")");
            return 0;
        }
        return units.longValueExact();
    }

    private AtCap atCap(Settings entry, Meter meter) {
        Optional<String> word = entry.group("at_cap").asText();
        if (word.isPresent()) {
            return word.get().equals("notify") ? new AtCap.Notify() : new AtCap.Block();
        }
        Settings group = entry.group("at_cap");
        String to = group.text("degrade", "");
        if (!to.isEmpty()) {
            refuseUnknown(group, "degrade", to, aliases, "models");
            return new AtCap.Degrade(to);
        }
        return group.has("overage") ? overage(group, meter) : new AtCap.Block();
    }

    /** A price such as {@code 0.0001 TRY}; a number alone is USD. */
    private AtCap overage(Settings group, Meter meter) {
        String text = group.text("overage", "");
        int space = text.indexOf(' ');
        BigDecimal amount = new BigDecimal(space < 0 ? text : text.substring(0, space));
        String currency = space < 0 ? "USD" : text.substring(space + 1);
        Optional<BigDecimal> known =
                currency.equals(ExchangeRates.USD) ? Optional.of(BigDecimal.ONE) : rates.rate(currency, LocalDate.MAX);
        if (meter == Meter.COST || meter == Meter.CONCURRENCY) {
            group.refuse("overage", "of meter '" + meter.label() + "' (expected: of requests or tokens)");
        }
        if (known.isEmpty()) {
            group.refuse("overage", "'" + currency + "' (expected: USD, or a currency of 'currency.rates')");
        }
        return new AtCap.Overage(amount, currency, known.orElse(BigDecimal.ONE));
    }

    private static List<Integer> alertAt(Settings entry) {
        return entry.texts("alert_at").stream()
                .map(text -> Integer.parseInt(text.replace("%", "").strip()))
                .toList();
    }

    private void deployments(String alias, Settings model, Map<String, List<Limit>> limits) {
        Map<String, Integer> seen = new HashMap<>();
        for (Settings deployment : model.isList() ? model.items() : model.list("deployments")) {
            if (!deployment.has("rpm") && !deployment.has("tpm")) {
                continue;
            }
            String wanted = alias + "/" + deployment.text("provider", "") + "/" + deployment.text("model", "");
            String id = deployment.text("id", wanted);
            if (seen.merge(id, 1, Integer::sum) > 1) {
                deployment.refuse("id", "is missing (expected: an id, since there are several for '" + id + "')");
            }
            if (!deployment.text("alias", "").isEmpty()) {
                deployment.refuse("", "has limits (expected: limits on the deployments of that alias, or on it)");
            }
            Subject subject = new Subject(Kind.DEPLOYMENT, id);
            List<Limit> own = new ArrayList<>(2);
            if (deployment.has("rpm")) {
                own.add(Limit.block(subject, Meter.REQUESTS, Window.MINUTE, deployment.integer("rpm", 0)));
            }
            if (deployment.has("tpm")) {
                own.add(Limit.block(subject, Meter.TOKENS, Window.MINUTE, deployment.integer("tpm", 0)));
            }
            limits.put(id, own);
        }
    }

    private Map<String, Plan> plans(Settings plans) {
        Map<String, Plan> read = new LinkedHashMap<>();
        plans.groups().forEach((name, plan) -> read.put(name, plan(name, plan)));
        return read;
    }

    private Plan plan(String name, Settings plan) {
        List<Limit> limits = new ArrayList<>();
        for (Settings entry : plan.list("limits")) {
            limit(entry, HOLDER, "plan " + name).ifPresent(limits::add);
        }
        for (Settings alias : plan.list("models")) {
            refuseUnknown(alias, "", alias.asText().orElse(""), aliases, "models");
        }
        Settings price = plan.group("price");
        return new Plan(
                name,
                price.number("amount").orElse(BigDecimal.ZERO),
                price.text("currency", "USD"),
                price.text("per", "month"),
                Set.copyOf(plan.texts("models")),
                limits);
    }

    private static Guards guards(Settings guards) {
        if (guards.groups().isEmpty()) {
            return Guards.NONE;
        }
        return new Guards(
                guards.integer("max_input_tokens_per_request", 0),
                guards.integer("max_output_tokens_per_request", 0),
                guards.text("on_output", "refuse").equals("clamp"),
                guards.integer("max_tool_calls_per_turn", 0),
                guards.text("on_tool_calls", "refuse").equals("without_tools"),
                guards.integer("max_context_documents", 0),
                Guards.OnDocuments.valueOf(guards.text("on_documents", "refuse").toUpperCase(Locale.ROOT)),
                guards.integer("max_messages", 0));
    }

    private static void refuseUnknown(Settings at, String setting, String name, Set<String> known, String where) {
        if (!known.contains(name)) {
            at.refuse(setting, "'" + name + "' (expected: one of '" + where + "')" + NearestName.hint(name, known));
        }
    }
}
