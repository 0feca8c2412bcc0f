package dev.mizan.relay;

import dev.mizan.admission.Admission;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.WireFormat;
import dev.mizan.edge.Answers;
import dev.mizan.edge.Credentials;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import dev.mizan.relay.Relay.Parts;
import dev.mizan.routing.Alias;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * Tells callers which models they may call, in the format that they speak. Sends nothing to any provider. Safe for use
 * by many threads.
 */
final class ModelLists {
    private static final String GEMINI_PREFIX = "models/";

    private final Parts parts;

    ModelLists(Parts parts) {
        this.parts = parts;
    }

    /**
     * Answers with the models of the caller's key.
     *
     * @param format how they are told
     * @param id the one asked for; empty for all
     */
    void serve(HttpServerRequest http, WireFormat format, String id) {
        Protocol protocol = Protocols.of(format);
        Optional<Key> key = parts.authenticator().authenticate(Credentials.of(http));
        Optional<Refusal> refusal = Admission.refuseKey(key, parts.clock().millis());
        if (refusal.isPresent()) {
            refuse(http, protocol, refusal.get());
            return;
        }
        List<Alias> allowed = allowed(key.orElseThrow());
        byte[] body;
        if (id.isEmpty()) {
            body = Json.bytes(json -> writeAll(json, format, allowed));
        } else {
            Optional<Alias> found =
                    allowed.stream().filter(alias -> alias.name().equals(id)).findFirst();
            if (found.isEmpty()) {
                refuse(http, protocol, Refusal.of(ErrorCode.MODEL_NOT_FOUND, "The model '" + id + "' does not exist."));
                return;
            }
            body = Json.bytes(json -> write(json, format, found.get()));
        }
        http.response().putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON).end(Answers.buffer(Slice.of(body)));
    }

    private List<Alias> allowed(Key key) {
        Membership membership = parts.directory().of(key);
        return parts.snapshot().get().aliases().all().stream()
                .filter(alias -> key.allows(alias.name()) && membership.allows(alias.name()))
                .toList();
    }

    private void writeAll(JsonGenerator json, WireFormat format, List<Alias> aliases) {
        json.writeStartObject();
        if (format == WireFormat.GEMINI) {
            json.writeArrayPropertyStart("models");
        } else {
            json.writeStringProperty("object", "list").writeArrayPropertyStart("data");
        }
        aliases.forEach(alias -> write(json, format, alias));
        json.writeEndArray().writeEndObject();
    }

    private void write(JsonGenerator json, WireFormat format, Alias alias) {
        json.writeStartObject();
        if (format == WireFormat.GEMINI) {
            gemini(json, alias);
        } else {
            json.writeStringProperty("id", alias.name())
                    .writeStringProperty("object", "model")
                    .writeNumberProperty("created", 0)
                    .writeStringProperty("owned_by", "mizan");
        }
        json.writeEndObject();
    }

    /** See https://ai.google.dev/api/models#Model. */
    private void gemini(JsonGenerator json, Alias alias) {
        DeploymentMeter meter = parts.snapshot().get().meter(alias.deployments().getFirst());
        json.writeStringProperty("name", GEMINI_PREFIX + alias.name())
                .writeStringProperty("baseModelId", alias.name())
                .writeStringProperty("version", "")
                .writeStringProperty("displayName", alias.name());
        meter.contextWindow().ifPresent(tokens -> json.writeNumberProperty("inputTokenLimit", tokens));
        json.writeNumberProperty("outputTokenLimit", meter.outputTokensMax(alias.maxOutputTokens()))
                .writeArrayPropertyStart("supportedGenerationMethods")
                .writeString("generateContent")
                .writeString("countTokens")
                .writeEndArray();
    }

    private static void refuse(HttpServerRequest http, Protocol protocol, Refusal refusal) {
        Answers.refuse(http.response(), refusal, protocol.error(refusal, ""));
    }
}
