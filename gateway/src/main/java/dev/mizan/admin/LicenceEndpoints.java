package dev.mizan.admin;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import dev.mizan.licence.Licence;
import dev.mizan.licence.LicenceText;
import dev.mizan.licence.RevocationStore.Revocation;
import dev.mizan.limit.Limit;
import dev.mizan.messages.Texts;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.OwnUsage;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Licences: issuing and revoking them, and what each has used of its package. */
final class LicenceEndpoints {
    /** The longest that a licence is issued for. */
    static final int DAYS_MAX = 36_500;

    private static final String LIRA = "TRY";
    private static final List<String> ISSUE_FIELDS =
            List.of("customer", "days", "expires", "license_id", "package", "tenant");

    private final LicenceParts parts;
    private final LedgerReader ledger;
    private final Texts texts;

    LicenceEndpoints(LicenceParts parts, LedgerReader ledger, Texts texts) {
        this.parts = parts;
        this.ledger = ledger;
        this.texts = texts;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/v1/usage/my", Access.KEY, this::usage),
                Endpoint.post("/api/v1/licences/issue", Access.MASTER, this::issue),
                Endpoint.post("/api/v1/licences/revoke", Access.MASTER, this::revoke));
    }

    private Answer usage(Exchange exchange) {
        exchange.query().only(List.of());
        Key key = exchange.caller().key();
        Membership membership = parts.directory().of(key);
        OwnUsage usage = OwnUsage.read(
                ledger,
                key,
                membership.limits(),
                parts.standings(),
                exchange.now(),
                exchange.zone(),
                parts.currency().get().rates(),
                LIRA);
        String plan = membership.plan().isEmpty() ? key.principal().plan() : membership.plan();
        ObjectNode json = Json.object();
        json.put("license_id", key.id());
        json.put("package", plan.isEmpty() ? null : plan);
        ObjectNode period = json.putObject("period");
        period.put("start", usage.start().toString());
        period.put("end", usage.end().toString());
        period.put("days_remaining", usage.daysRemaining());
        ObjectNode quota = json.putObject("quota");
        put(quota, "monthly_limit", usage.month());
        put(quota, "percentage", usage.month().percentage());
        put(json.putObject("today"), "limit", usage.today());
        ObjectNode cost = json.putObject("cost");
        put(cost, "current_month_try", usage.cost());
        put(cost, "average_per_document", usage.averagePerDocument());
        ArrayNode alerts = json.putArray("alerts");
        usage.alerts().forEach(alert -> put(alerts.addObject(), alert, exchange));
        return Answer.json(json);
    }

    private static void put(ObjectNode json, String name, OwnUsage.Quota quota) {
        putWhole(json, name, quota.limit().map(Limit::cap));
        json.put("used", quota.used());
        putWhole(json, "remaining", quota.remaining());
    }

    private static void putWhole(ObjectNode json, String name, Optional<Long> value) {
        value.ifPresentOrElse(whole -> json.put(name, whole), () -> json.putNull(name));
    }

    private static void put(ObjectNode json, String name, Optional<BigDecimal> value) {
        value.ifPresentOrElse(decimal -> json.put(name, Json.number(decimal)), () -> json.putNull(name));
    }

    private void put(ObjectNode json, OwnUsage.Alert alert, Exchange exchange) {
        Limit limit = alert.quota().limit().orElseThrow();
        json.put("limit", limit.window().label());
        json.put("threshold", alert.threshold());
        put(json, "percentage", alert.quota().percentage());
        json.put(
                "message",
                texts.text(
                        exchange.language(),
                        "usage.alert",
                        Map.of(
                                "threshold",
                                Integer.toString(alert.threshold()),
                                "used",
                                Long.toString(alert.quota().used()),
                                "limit",
                                Long.toString(limit.cap()))));
    }

    private Answer issue(Exchange exchange) {
        ObjectNode body = exchange.json();
        requireKnown(body, ISSUE_FIELDS);
        Instant now = Instant.ofEpochSecond(exchange.now().getEpochSecond());
        String id = text(body, "license_id", "");
        Licence licence;
        try {
            licence = new Licence(
                    id.isEmpty() ? parts.licences().prefix() + UlidCreator.getMonotonicUlid() : id,
                    text(body, "customer", ""),
                    text(body, "package", ""),
                    text(body, "tenant", "default"),
                    now.toEpochMilli(),
                    expiry(body, now, exchange.zone()).toEpochMilli());
        } catch (IllegalArgumentException e) {
            throw Problem.value("body", String.valueOf(e.getMessage()), "customer, package, and days or expires");
        }
        String text = parts.licences().issue(licence);
        ObjectNode json = Json.object();
        json.put("license_key", text);
        json.put("license_id", licence.id());
        json.put("customer", licence.customer());
        json.put("package", licence.plan());
        json.put("tenant", licence.tenant());
        json.put("issued_at", Json.time(licence.issuedAtMillis()));
        json.put("expires_at", Json.time(licence.expiresAtMillis()));
        return Answer.json(json);
    }

    private Answer revoke(Exchange exchange) {
        ObjectNode body = exchange.json();
        requireKnown(body, List.of("licence"));
        String given = text(body, "licence", "").strip();
        String id = LicenceText.isKey(given)
                ? parts.licences()
                        .read(given)
                        .map(Licence::id)
                        .orElseThrow(() -> Problem.secretValue("licence", "a licence of this server, or its id"))
                : given;
        if (!Licence.isId(id)) {
            throw Problem.secretValue("licence", "a licence of this server, or its id");
        }
        Revocation revocation = parts.licences()
                .revoke(
                        id,
                        exchange.now().toEpochMilli(),
                        exchange.caller().key().id());
        ObjectNode json = Json.object();
        json.put("license_id", id);
        json.put("revoked_at", Json.time(revocation.atMillis()));
        return Answer.json(json);
    }

    private static void requireKnown(ObjectNode body, List<String> fields) {
        for (String name : new TreeSet<>(body.propertyNames())) {
            if (!fields.contains(name)) {
                throw Problem.unknownField(name, String.join(", ", fields));
            }
        }
    }

    private static String text(ObjectNode body, String field, String otherwise) {
        JsonNode value = body.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isString()) {
            throw Problem.secretValue(field, "a text");
        }
        return value.stringValue();
    }

    /** When it ends: so many days from now, a moment, or the end of a day. */
    private static Instant expiry(ObjectNode body, Instant now, ZoneId zone) {
        JsonNode days = body.path("days");
        if (!days.isMissingNode()) {
            if (!days.isInt() || days.intValue() < 1 || days.intValue() > DAYS_MAX || body.has("expires")) {
                throw Problem.value("days", days.toString(), "1 to " + DAYS_MAX + ", and no expires beside it");
            }
            return now.plus(Duration.ofDays(days.intValue()));
        }
        String expires = text(body, "expires", "");
        try {
            Instant end = expires.indexOf('T') < 0
                    ? LocalDate.parse(expires).plusDays(1).atStartOfDay(zone).toInstant()
                    : OffsetDateTime.parse(expires).toInstant();
            return Instant.ofEpochSecond(end.getEpochSecond());
        } catch (DateTimeException e) {
            throw Problem.value("expires", expires, "the last day as YYYY-MM-DD, or a time as 2027-01-31T12:00:00Z");
        }
    }
}
