package dev.mizan.relay;

import dev.mizan.admission.Admission;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.dialect.Protocol;
import dev.mizan.dialect.Protocols;
import dev.mizan.dialect.Refusal;
import dev.mizan.dialect.RefusedException;
import dev.mizan.dialect.WireFormat;
import dev.mizan.edge.Answers;
import dev.mizan.edge.BodyReader;
import dev.mizan.edge.Credentials;
import dev.mizan.identity.Key;
import dev.mizan.identity.Membership;
import dev.mizan.relay.Relay.Parts;
import dev.mizan.routing.Alias;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/**
 * Tells callers which models they may call, in the format that they speak. Sends nothing to any provider. Safe for use
 * by many threads.
 */
final class ModelLists {
    private static final String GEMINI_PREFIX = "models/";
    private static final String ARCHITECTURE = "mizan";

    /** Of Ollama, whose calls are served here as it documents them; clients ask whether it is new enough. */
    private static final String OLLAMA_VERSION = "0.12.6";

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
        caller(http, format).ifPresent(key -> {
            List<Alias> allowed = allowed(key);
            if (id.isEmpty()) {
                answer(http, Json.bytes(json -> writeAll(json, format, allowed)));
            } else {
                answerOne(http, format, allowed, id, (json, alias) -> write(json, format, alias));
            }
        });
    }

    /** Answers with what is known of the model that the body names, as Ollama does. */
    void show(HttpServerRequest http) {
        caller(http, WireFormat.OLLAMA).ifPresent(key -> BodyReader.read(http, parts.bodyBytesMax(), () -> {})
                .map(TokenCounts::model)
                .onSuccess(name -> answerOne(http, WireFormat.OLLAMA, allowed(key), name, this::shown))
                .onFailure(cause -> {
                    if (cause instanceof RefusedException refused) {
                        refuse(http, WireFormat.OLLAMA, refused.refusal());
                    }
                }));
    }

    /** Answers with the version of Ollama's API that is served here. */
    void version(HttpServerRequest http) {
        caller(http, WireFormat.OLLAMA)
                .ifPresent(key -> answer(http, Json.bytes(json -> json.writeStartObject()
                        .writeStringProperty("version", OLLAMA_VERSION)
                        .writeEndObject())));
    }

    /** Whose key it is; where it is none, that was answered. */
    private Optional<Key> caller(HttpServerRequest http, WireFormat format) {
        Optional<Key> key = parts.authenticator().authenticate(Credentials.of(http));
        Optional<Refusal> refusal = Admission.refuseKey(key, parts.clock().millis());
        refusal.ifPresent(refused -> refuse(http, format, refused));
        return refusal.isPresent() ? Optional.empty() : key;
    }

    private static void answerOne(
            HttpServerRequest http,
            WireFormat format,
            List<Alias> allowed,
            String name,
            BiConsumer<JsonGenerator, Alias> writer) {
        allowed.stream()
                .filter(alias -> alias.name().equals(name))
                .findFirst()
                .ifPresentOrElse(
                        alias -> answer(http, Json.bytes(json -> writer.accept(json, alias))),
                        () -> refuse(
                                http,
                                format,
                                Refusal.of(ErrorCode.MODEL_NOT_FOUND, "The model '" + name + "' does not exist.")));
    }

    private static void answer(HttpServerRequest http, byte[] body) {
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
        if (format == WireFormat.OPENAI_CHAT) {
            json.writeStringProperty("object", "list").writeArrayPropertyStart("data");
        } else {
            json.writeArrayPropertyStart("models");
        }
        aliases.forEach(alias -> write(json, format, alias));
        json.writeEndArray().writeEndObject();
    }

    private void write(JsonGenerator json, WireFormat format, Alias alias) {
        json.writeStartObject();
        if (format == WireFormat.GEMINI) {
            gemini(json, alias);
        } else if (format == WireFormat.OLLAMA) {
            ollama(json, alias);
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

    /** See https://docs.ollama.com/api/tags. */
    private static void ollama(JsonGenerator json, Alias alias) {
        json.writeStringProperty("name", alias.name())
                .writeStringProperty("model", alias.name())
                .writeStringProperty("modified_at", Instant.EPOCH.toString())
                .writeNumberProperty("size", 0)
                .writeStringProperty("digest", "");
        details(json);
    }

    /** See https://docs.ollama.com/api-reference/show-model-details. */
    private void shown(JsonGenerator json, Alias alias) {
        DeploymentMeter meter = parts.snapshot().get().meter(alias.deployments().getFirst());
        json.writeStartObject().writeStringProperty("modified_at", Instant.EPOCH.toString());
        details(json);
        json.writeObjectPropertyStart("model_info").writeStringProperty("general.architecture", ARCHITECTURE);
        meter.contextWindow().ifPresent(tokens -> json.writeNumberProperty(ARCHITECTURE + ".context_length", tokens));
        json.writeEndObject()
                .writeArrayPropertyStart("capabilities")
                .writeString("completion")
                .writeString("tools")
                .writeEndArray()
                .writeEndObject();
    }

    /** What clients expect to be there; nothing of it is known of a model somewhere else. */
    private static void details(JsonGenerator json) {
        json.writeObjectPropertyStart("details")
                .writeStringProperty("parent_model", "")
                .writeStringProperty("format", "")
                .writeStringProperty("family", ARCHITECTURE)
                .writeArrayPropertyStart("families")
                .writeString(ARCHITECTURE)
                .writeEndArray()
                .writeStringProperty("parameter_size", "")
                .writeStringProperty("quantization_level", "")
                .writeEndObject();
    }

    private static void refuse(HttpServerRequest http, WireFormat format, Refusal refusal) {
        Protocol protocol = Protocols.of(format);
        Answers.refuse(http.response(), refusal, protocol.error(refusal, ""));
    }
}
