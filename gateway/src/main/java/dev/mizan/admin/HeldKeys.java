package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.KeyStore;
import dev.mizan.identity.KeyStore.Saved;
import dev.mizan.identity.Keys;
import dev.mizan.identity.StoredKey;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The keys of holders: made with them, shown with them, deleted with them. Blocking; safe for use by many threads. */
final class HeldKeys {
    private static final Logger LOG = LoggerFactory.getLogger(HeldKeys.class);
    private static final int PAGE = 100;

    private final Keys keys;
    private final KeyAnswers answers;

    HeldKeys(Keys keys, KeyAnswers answers) {
        this.keys = keys;
        this.answers = answers;
    }

    /** Refuses an alias that a key has. */
    void requireFree(String alias) {
        if (!alias.isEmpty() && keys.findByAlias(alias).isPresent()) {
            throw taken("key_alias");
        }
    }

    /** Makes a key; its row, and its text as {@code key}. */
    ObjectNode issue(KeyProfile profile, Exchange exchange) {
        Keys.Issue issue = keys.issue(profile, "", HolderCalls.by(exchange));
        StoredKey key =
                switch (issue.saved()) {
                    case Saved.Done(StoredKey done) -> done;
                    case Saved.Taken(String field) -> throw taken(field);
                    case Saved.NotFound none -> throw new IllegalStateException("a new key is not looked for");
                };
        LOG.info("key {} made by {}", key.id(), HolderCalls.by(exchange));
        ObjectNode body = Json.object();
        body.put("key", issue.text());
        body.setAll(KeyJson.row(key, exchange.now().toEpochMilli()));
        return body;
    }

    /** The rows of the newest hundred keys that fit. */
    ArrayNode rows(KeyStore.Filter filter, Exchange exchange) {
        ArrayNode rows = Json.array();
        keys.list(filter, 0, PAGE).keys().forEach(key -> rows.add(answers.row(key, exchange.now())));
        return rows;
    }

    /** Deletes all keys that fit. */
    void delete(KeyStore.Filter filter, Exchange exchange) {
        KeyStore.Page page = keys.list(filter, 0, PAGE);
        while (!page.keys().isEmpty()) {
            for (StoredKey key : page.keys()) {
                keys.delete(key.id(), HolderCalls.by(exchange));
                LOG.info("key {} deleted by {}", key.id(), HolderCalls.by(exchange));
            }
            page = keys.list(filter, 0, PAGE);
        }
    }

    private static ProblemException taken(String field) {
        return new Problem(ErrorCode.ALREADY_EXISTS, "error.taken", Map.of("field", field), field, 0).thrown();
    }
}
