package dev.mizan.provider.vertex;

import dev.mizan.wire.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A service account of Google Cloud's, as in the key file that Google hands out
 * (<a href="https://cloud.google.com/iam/docs/keys-create-delete">service account keys</a>). Prints no secret.
 *
 * @param project the project that it belongs to
 * @param email its name
 * @param keyId names its key; empty if the file does not
 * @param privateKey signs
 * @param tokenUri where what it signed is exchanged for a token
 */
public record ServiceAccount(String project, String email, String keyId, PrivateKey privateKey, URI tokenUri) {
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final String TOKEN_URI = "https://oauth2.googleapis.com/token";
    private static final Duration ASSERTION_LIFETIME = Duration.ofHours(1);

    /**
     * Reads a key file.
     *
     * @throws IllegalArgumentException if it is none; the message has nothing of the key
     */
    public static ServiceAccount read(String json) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no JSON (expected: a service account's key file)");
        }
        String type = root.path("type").asString("");
        if (!type.equals("service_account")) {
            throw new IllegalArgumentException("type '" + type + "' (expected: service_account)");
        }
        String email = root.path("client_email").asString("");
        if (email.isEmpty()) {
            throw new IllegalArgumentException("no 'client_email' (expected: a service account's key file)");
        }
        return new ServiceAccount(
                root.path("project_id").asString(""),
                email,
                root.path("private_key_id").asString(""),
                key(root.path("private_key").asString("")),
                tokenUri(root.path("token_uri").asString(TOKEN_URI)));
    }

    /**
     * What is exchanged for a token: a JWT, signed with RS256
     * (<a href="https://developers.google.com/identity/protocols/oauth2/service-account">Google, OAuth 2.0 for
     * service accounts</a>).
     */
    String assertion(Instant at) {
        String head = part(json -> {
            json.writeStringProperty("alg", "RS256").writeStringProperty("typ", "JWT");
            if (!keyId.isEmpty()) {
                json.writeStringProperty("kid", keyId);
            }
        });
        String claims = part(json -> json.writeStringProperty("iss", email)
                .writeStringProperty("scope", SCOPE)
                .writeStringProperty("aud", tokenUri.toString())
                .writeNumberProperty("iat", at.getEpochSecond())
                .writeNumberProperty("exp", at.plus(ASSERTION_LIFETIME).getEpochSecond()));
        String signed = head + "." + claims;
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(privateKey);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key of " + email + " can't sign", e);
        }
    }

    private static String part(Consumer<JsonGenerator> fields) {
        return base64(Json.bytes(json -> {
            json.writeStartObject();
            fields.accept(json);
            json.writeEndObject();
        }));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static PrivateKey key(String pem) {
        String base64 = pem.replaceAll("-----(?:BEGIN|END) PRIVATE KEY-----|\\s", "");
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause may quote the key.
            throw new IllegalArgumentException("'private_key' can't be read (expected: an RSA key, PKCS 8 in PEM)");
        }
    }

    private static URI tokenUri(String text) {
        try {
            URI address = URI.create(text);
            if (address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the same refusal.
        }
        throw new IllegalArgumentException("'token_uri' is '" + text + "' (expected: an address with a host)");
    }

    @Override
    public String toString() {
        return "ServiceAccount[" + email + "]";
    }
}
