package dev.mizan.admin;

import dev.mizan.messages.Language;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request, as the code that answers it sees it.
 *
 * @param pathValues what stood at the places of the path
 * @param body empty if there is none
 * @param cookie what the session's cookie holds; empty if there is none
 * @param language of Mizan's own messages
 * @param address the caller's network address, without the port
 * @param secure whether it came by TLS
 * @param now when it came
 */
record Exchange(
        Map<String, String> pathValues,
        Query query,
        MultiMap headers,
        Buffer body,
        Caller caller,
        String cookie,
        Language language,
        AdminSettings settings,
        String address,
        boolean secure,
        Instant now) {
    /** What stood at the place {@code name} of the path. */
    String pathValue(String name) {
        return pathValues.getOrDefault(name, "");
    }

    /** A header's value; empty if it is not there. */
    String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }

    /** The body, which must be a JSON object; an empty one counts as {@code {}}. */
    ObjectNode json() {
        if (body.length() == 0) {
            return Json.object();
        }
        try {
            JsonNode node = Json.read(body.getBytes());
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw Problem.secretValue("body", "a JSON object; " + place(e));
        }
        throw Problem.secretValue("body", "a JSON object");
    }

    /** Whose midnights count. */
    ZoneId zone() {
        return settings.timeZone();
    }

    LocalDate today() {
        return LocalDate.ofInstant(now, zone());
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? "it is malformed"
                : "it is malformed at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }
}
