package dev.mizan.dialect.anthropic;

import dev.mizan.dialect.BodyFields;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Bodies of Anthropic's messages as clouds that host its models want them
 * (<a href="https://docs.anthropic.com/en/api/claude-on-amazon-bedrock">on Bedrock</a>,
 * <a href="https://docs.anthropic.com/en/api/claude-on-vertex-ai">on Vertex AI</a>): with a version, and without what
 * the path says.
 */
public final class HostedBody {
    private static final String VERSION = "anthropic_version";
    private static final String BETA = "anthropic_beta";

    private HostedBody() {}

    /**
     * {@code body} with its other fields as they are, byte for byte.
     *
     * @param version of the cloud's own, e.g. {@code bedrock-2023-05-31}
     * @param without names of fields that are left out
     * @param betas names of features; not added to a body that names its own
     * @throws dev.mizan.dialect.RefusedException (400) if {@code body} is no JSON object
     */
    public static Slice of(Slice body, String version, Set<String> without, List<String> betas) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length() + 64);
        out.writeBytes(Json.raw("{\"" + VERSION + "\":"));
        out.writeBytes(Json.string(version));
        boolean hasBetas = false;
        try (JsonParser json = Json.parser(body)) {
            JsonToken token = json.nextToken();
            for (token = json.nextToken(); token == JsonToken.PROPERTY_NAME; token = json.nextToken()) {
                String name = json.currentName();
                int from = (int) json.currentTokenLocation().getByteOffset();
                json.nextToken();
                json.skipChildren();
                json.finishToken();
                int to = (int) json.currentLocation().getByteOffset();
                if (!name.equals(VERSION) && !without.contains(name)) {
                    hasBetas |= name.equals(BETA);
                    out.write(',');
                    out.write(body.array(), body.from() + from, to - from);
                }
            }
        } catch (JacksonException e) {
            throw BodyFields.notJson(e);
        }
        if (!hasBetas && !betas.isEmpty()) {
            out.writeBytes(Json.bytes(
                    ",\"" + BETA + "\":",
                    json -> {
                        json.writeStartArray();
                        betas.forEach(json::writeString);
                        json.writeEndArray();
                    },
                    ""));
        }
        out.write('}');
        return Slice.of(out.toByteArray());
    }
}
