package dev.mizan.upstream;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Google's token endpoint for one service account: takes a JWT that the account's key has signed, and gives a token
 * (https://developers.google.com/identity/protocols/oauth2/service-account). Safe for use by many threads.
 */
public final class GoogleTokens implements Answer {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern FORM = Pattern.compile(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=([^.&]+)\\.([^.&]+)\\.([^.&]+)");

    private final KeyPair keys = keys();
    private final Set<String> given = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final long expiresInSeconds;
    private volatile URI address = URI.create("http://none");

    public GoogleTokens(long expiresInSeconds) {
        this.expiresInSeconds = expiresInSeconds;
    }

    /** The account's key file, with {@code origin} as the address of this. */
    public String keyFile(URI origin) {
        address = URI.create(origin + "/token");
        String pem = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPrivate().getEncoded());
        return JSON.writeValueAsString(JSON.createObjectNode()
                .put("type", "service_account")
                .put("project_id", "acme-prod")
                .put("private_key_id", "k1")
                .put("private_key", "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n")
                .put("client_email", "mizan@acme-prod.iam.gserviceaccount.com")
                .put("token_uri", address.toString()));
    }

    /** How many tokens were given. */
    public int count() {
        return count.get();
    }

    /** {@code answer}, for requests with a token of this alone; others are refused as Google does. */
    public Answer guarded(Answer answer) {
        return exchange -> {
            String said = exchange.received().header("authorization").orElse("");
            if (said.startsWith("Bearer ") && given.contains(said.substring(7))) {
                answer.to(exchange);
            } else {
                GeminiAnswer.error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
                        .to(exchange);
            }
        };
    }

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        Matcher form = FORM.matcher(exchange.received().text());
        if (!form.matches() || !isRight(form)) {
            exchange.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}");
            return;
        }
        String token = "ya29.c.test-" + count.incrementAndGet();
        given.add(token);
        exchange.json(
                200,
                "{\"access_token\":\"" + token + "\",\"expires_in\":" + expiresInSeconds
                        + ",\"token_type\":\"Bearer\"}");
    }

    private boolean isRight(Matcher form) {
        JsonNode head = part(form.group(1));
        JsonNode claims = part(form.group(2));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(keys.getPublic());
            signature.update((form.group(1) + "." + form.group(2)).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(form.group(3)))
                    && head.path("alg").asString("").equals("RS256")
                    && head.path("kid").asString("").equals("k1")
                    && claims.path("iss").asString("").equals("mizan@acme-prod.iam.gserviceaccount.com")
                    && claims.path("aud").asString("").equals(address.toString())
                    && claims.path("scope").asString("").equals("https://www.googleapis.com/auth/cloud-platform")
                    && claims.path("exp").asLong() - claims.path("iat").asLong() == 3_600;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static JsonNode part(String base64) {
        return JSON.readTree(Base64.getUrlDecoder().decode(URLDecoder.decode(base64, StandardCharsets.UTF_8)));
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
