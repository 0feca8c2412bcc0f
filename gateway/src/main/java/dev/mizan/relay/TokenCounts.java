package dev.mizan.relay;

import dev.mizan.admission.Admission;
import dev.mizan.dialect.BodyFields;
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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Counts the tokens of a call that is not made, with the model's tokenizer or a ratio that was learned: nothing is sent
 * and nothing is charged. Belongs to one event loop.
 */
final class TokenCounts {
    private static final Logger LOG = LoggerFactory.getLogger(TokenCounts.class);

    private final Vertx vertx;
    private final Parts parts;

    TokenCounts(Vertx vertx, Parts parts) {
        this.vertx = vertx;
        this.parts = parts;
    }

    /**
     * Answers with how many tokens the body's text has.
     *
     * @param named the model that the path names; empty where the body does
     */
    void serve(HttpServerRequest http, WireFormat format, String named) {
        Protocol protocol = Protocols.of(format);
        Optional<Key> key = parts.authenticator().authenticate(Credentials.of(http));
        Optional<Refusal> refusal = Admission.refuseKey(key, parts.clock().millis());
        if (refusal.isPresent()) {
            refuse(http, protocol, refusal.get());
            return;
        }
        BodyReader.read(http, parts.bodyBytesMax(), () -> {})
                .compose(body -> count(http, key.orElseThrow(), protocol, body, named))
                .onSuccess(tokens -> http.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON)
                        .end(Answers.buffer(answer(format, tokens))))
                .onFailure(cause -> failed(http, protocol, cause));
    }

    private Future<Long> count(HttpServerRequest http, Key key, Protocol protocol, Slice body, String named) {
        String model = named.isEmpty() ? model(body) : named;
        Snapshot snapshot = parts.snapshot().get();
        Alias alias = snapshot.aliases().find(model).orElseThrow(() -> Admission.unknownModel(model));
        Admission.checkModel(key, model);
        Membership membership = parts.directory().of(key);
        String address =
                membership.networks().isEmpty() ? "" : http.remoteAddress().hostAddress();
        Admission.checkMembership(membership, model, http.path(), address);
        DeploymentMeter meter = snapshot.meter(alias.deployments().getFirst());
        return vertx.executeBlocking(() -> meter.countInput(protocol, body), false);
    }

    /** The model that {@code body} names. */
    static String model(Slice body) {
        try (JsonParser json = Json.parser(body)) {
            BodyFields fields = new BodyFields(json);
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    json.nextToken();
                    if (name.equals("model")) {
                        return fields.text(name);
                    }
                    json.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw BodyFields.notJson(e);
        }
        throw Refusal.field("model", "'model' is missing (expected: the name of a model).")
                .thrown();
    }

    private static Slice answer(WireFormat format, long tokens) {
        String field = format == WireFormat.GEMINI ? "totalTokens" : "input_tokens";
        return Slice.of(Json.bytes(json ->
                json.writeStartObject().writeNumberProperty(field, tokens).writeEndObject()));
    }

    private static void failed(HttpServerRequest http, Protocol protocol, Throwable cause) {
        if (cause instanceof RefusedException refused) {
            refuse(http, protocol, refused.refusal());
        } else {
            LOG.error("Tokens could not be counted", cause);
            refuse(http, protocol, Refusal.of(ErrorCode.INTERNAL_ERROR, "The gateway failed; see its log."));
        }
    }

    private static void refuse(HttpServerRequest http, Protocol protocol, Refusal refusal) {
        Answers.refuse(http.response(), refusal, protocol.error(refusal, ""));
    }
}
