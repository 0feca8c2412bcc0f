package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.KeyStore;
import dev.mizan.identity.KeyStore.Saved;
import dev.mizan.identity.KeyText;
import dev.mizan.identity.Keys;
import dev.mizan.identity.StoredKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Making, changing and showing virtual keys, by the names and shapes of LiteLLM's calls. */
final class KeyEndpoints {
    /** How many keys one call deletes at most. */
    static final int DELETED_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(KeyEndpoints.class);
    private static final int PAGE_MAX = 1_000_000;
    private static final int SIZE_MAX = 100;
    private static final String KEY_EXPECTED = "the text or the id of a key";

    private final Keys keys;
    private final KeyAnswers answers;
    private final References references;

    KeyEndpoints(Keys keys, KeyAnswers answers, References references) {
        this.keys = keys;
        this.answers = answers;
        this.references = references;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/key/generate", Access.MASTER, this::generate),
                Endpoint.post("/key/update", Access.MASTER, this::update),
                Endpoint.post("/key/delete", Access.MASTER, this::delete),
                Endpoint.post("/key/block", Access.MASTER, exchange -> block(exchange, true)),
                Endpoint.post("/key/unblock", Access.MASTER, exchange -> block(exchange, false)),
                Endpoint.post("/key/:key/regenerate", Access.MASTER, this::regenerate),
                Endpoint.post("/key/:key/reset_spend", Access.MASTER, this::resetSpend),
                Endpoint.get("/key/info", Access.KEY, this::info),
                Endpoint.get("/key/list", Access.MASTER, this::list));
    }

    private Answer generate(Exchange exchange) {
        ObjectNode json = exchange.json();
        KeyFields fields = new KeyFields(json, Set.of("key"), exchange.now(), exchange.zone());
        KeyProfile profile = fields.applyTo(KeyProfile.DEFAULT);
        references.check(json, profile.plan(), profile.allowance().budget());
        Keys.Issue issue = keys.issue(profile, chosen(json, "key"), by(exchange));
        List<String> warnings = fields.warnings();
        if (json.hasNonNull("spend")) {
            warnings.addAll(answers.setSpend(done(issue.saved()), json, exchange));
        }
        return issued(exchange, issue, warnings, "made");
    }

    private Answer update(Exchange exchange) {
        ObjectNode json = exchange.json();
        KeyFields fields = new KeyFields(json, Set.of("key"), exchange.now(), exchange.zone());
        StoredKey key = required(named(json));
        KeyProfile wanted = fields.applyTo(key.profile());
        references.check(json, wanted.plan(), wanted.allowance().budget());
        Saved saved = keys.change(key.id(), fields::applyTo, by(exchange));
        List<String> warnings = fields.warnings();
        if (json.hasNonNull("spend")) {
            warnings.addAll(answers.setSpend(done(saved), json, exchange));
        }
        return changed(exchange, saved, warnings, "changed");
    }

    private Answer block(Exchange exchange, boolean blocked) {
        ObjectNode json = exchange.json();
        only(json, Set.of("key"));
        StoredKey key = required(named(json));
        Saved saved = keys.change(key.id(), profile -> profile.withBlocked(blocked), by(exchange));
        return changed(exchange, saved, List.of(), blocked ? "blocked" : "unblocked");
    }

    private Answer regenerate(Exchange exchange) {
        ObjectNode json = exchange.json();
        only(json, Set.of("key", "new_key", "grace_period"));
        StoredKey key = required(exchange.pathValue("key"));
        long grace = 0;
        if (json.hasNonNull("grace_period")) {
            String text = json.path("grace_period").asString("");
            grace = Duration.between(
                            exchange.now(), Durations.after("grace_period", text, exchange.now(), exchange.zone()))
                    .toMillis();
        }
        Keys.Issue issue = keys.regenerate(key.id(), chosen(json, "new_key"), grace, by(exchange));
        return issued(exchange, issue, List.of(), "regenerated");
    }

    private Answer resetSpend(Exchange exchange) {
        ObjectNode json = exchange.json();
        only(json, Set.of("reset_to"));
        StoredKey key = required(exchange.pathValue("key"));
        if (!json.hasNonNull("reset_to")) {
            throw Problem.value("reset_to", json.path("reset_to").toString(), "a number, 0 or more");
        }
        List<String> warnings = answers.resetSpend(key, json, exchange);
        ObjectNode body = Json.object();
        body.put("key", key.id());
        body.setAll(answers.row(key, exchange.now()));
        body.set("warnings", KeyJson.array(warnings));
        return Answer.json(body);
    }

    private Answer delete(Exchange exchange) {
        ObjectNode json = exchange.json();
        only(json, Set.of("keys", "key_aliases"));
        List<StoredKey> doomed = new ArrayList<>();
        for (String name : names(json, "keys")) {
            doomed.add(required(name));
        }
        for (String alias : names(json, "key_aliases")) {
            doomed.add(keys.findByAlias(alias).orElseThrow(() -> noKey().thrown()));
        }
        if (doomed.isEmpty()) {
            throw Problem.secretValue("keys", "a list of keys, or key_aliases with a list of aliases");
        }
        ArrayNode deleted = Json.array();
        for (StoredKey key : doomed) {
            // One that somebody else has just deleted is gone, which is what was asked for.
            keys.delete(key.id(), by(exchange));
            LOG.info("key {} deleted by {}", key.id(), by(exchange));
            deleted.add(key.id());
        }
        ObjectNode body = Json.object();
        body.set("deleted_keys", deleted);
        return Answer.json(body);
    }

    private Answer info(Exchange exchange) {
        exchange.query().only(List.of("key"));
        String asked = exchange.query().text("key");
        Caller caller = exchange.caller();
        if (asked.isEmpty()) {
            if (caller.isMaster()) {
                throw Problem.value("key", "", KEY_EXPECTED);
            }
            asked = caller.key().id();
        }
        StoredKey key;
        if (caller.isMaster()) {
            key = find(asked);
        } else {
            // The same answer whether the other key exists or not.
            String own = caller.key().id();
            key = keys.find(asked).filter(found -> found.id().equals(own)).orElseThrow(() -> Problem.of(
                            ErrorCode.PERMISSION_DENIED, "error.foreign")
                    .thrown());
        }
        ObjectNode body = Json.object();
        body.put("key", key.id());
        body.set("info", answers.row(key, exchange.now()));
        return Answer.json(body);
    }

    private Answer list(Exchange exchange) {
        Query query = exchange.query()
                .only(List.of(
                        "key_alias",
                        "tenant",
                        "organization_id",
                        "team_id",
                        "user_id",
                        "page",
                        "size",
                        "return_full_object"));
        int page = query.number("page", 1, 1, PAGE_MAX);
        int size = query.number("size", 10, 1, SIZE_MAX);
        String tenant = query.has("tenant") ? query.text("tenant") : query.text("organization_id");
        KeyStore.Page found = keys.list(
                new KeyStore.Filter(query.text("key_alias"), tenant, query.text("team_id"), query.text("user_id")),
                (page - 1) * size,
                size);
        boolean full = query.flag("return_full_object");
        ArrayNode rows = Json.array();
        for (StoredKey key : found.keys()) {
            if (full) {
                rows.add(answers.row(key, exchange.now()));
            } else {
                rows.add(key.id());
            }
        }
        ObjectNode body = Json.object();
        body.set("keys", rows);
        body.put("total_count", found.total());
        body.put("current_page", page);
        body.put("total_pages", Math.ceilDiv(found.total(), size));
        return Answer.json(body);
    }

    private Answer issued(Exchange exchange, Keys.Issue issue, List<String> warnings, String done) {
        StoredKey key = done(issue.saved());
        LOG.info("key {} {} by {}", key.id(), done, by(exchange));
        ObjectNode body = Json.object();
        body.put("key", issue.text());
        body.setAll(KeyJson.row(key, exchange.now().toEpochMilli()));
        body.set("warnings", KeyJson.array(warnings));
        return Answer.json(body);
    }

    private Answer changed(Exchange exchange, Saved saved, List<String> warnings, String done) {
        StoredKey key = done(saved);
        LOG.info("key {} {} by {}", key.id(), done, by(exchange));
        ObjectNode body = Json.object();
        body.put("key", key.id());
        body.setAll(KeyJson.row(key, exchange.now().toEpochMilli()));
        body.set("warnings", KeyJson.array(warnings));
        return Answer.json(body);
    }

    private static StoredKey done(Saved saved) {
        return switch (saved) {
            case Saved.Done(StoredKey key) -> key;
            case Saved.NotFound() -> throw noKey().thrown();
            case Saved.Taken(String field) ->
                throw new Problem(ErrorCode.ALREADY_EXISTS, "error.taken", Map.of("field", field), field, 0).thrown();
        };
    }

    private StoredKey find(String textOrId) {
        return keys.find(textOrId).orElseThrow(() -> noKey().thrown());
    }

    /** The key that is meant; a deleted one is not. */
    private StoredKey required(String textOrId) {
        StoredKey key = find(textOrId);
        if (key.isDeleted()) {
            throw noKey().thrown();
        }
        return key;
    }

    private static String named(ObjectNode json) {
        JsonNode key = json.path("key");
        if (!key.isString() || key.stringValue().isEmpty()) {
            throw Problem.secretValue("key", KEY_EXPECTED);
        }
        return key.stringValue();
    }

    private static String chosen(ObjectNode json, String field) {
        JsonNode key = json.path(field);
        if (key.isMissingNode() || key.isNull()) {
            return "";
        }
        if (!key.isString() || !KeyText.isChoosable(key.stringValue())) {
            throw Problem.secretValue(
                    field, "sk- and 17 to " + (KeyText.LENGTH_MAX - 3) + " more printable characters");
        }
        return key.stringValue();
    }

    private static List<String> names(ObjectNode json, String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        value.forEach(element -> names.add(element.asString("")));
        if (!value.isArray() || value.size() > DELETED_MAX || names.contains("")) {
            throw Problem.secretValue(field, "a list of at most " + DELETED_MAX + " texts");
        }
        return names;
    }

    private static void only(ObjectNode json, Set<String> names) {
        for (String name : json.propertyNames()) {
            if (!names.contains(name)) {
                throw Problem.unknownField(
                        name, String.join(", ", names.stream().sorted().toList()));
            }
        }
    }

    private static Problem noKey() {
        return Problem.of(ErrorCode.NOT_FOUND, "error.key.none");
    }

    private static String by(Exchange exchange) {
        return exchange.caller().key().id();
    }
}
