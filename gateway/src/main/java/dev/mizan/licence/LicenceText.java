package dev.mizan.licence;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwa.AlgorithmFactoryFactory;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;

/**
 * The text of a licence key: a prefix and a signed token (RFC 7515, compact; RFC 8037, Ed25519) with the claims {@code
 * jti} (licence id), {@code sub} (customer), {@code package}, {@code tenant}, {@code iat} and {@code exp}. One licence
 * has one text: what decodes to the same bytes but is written otherwise is refused. Stateless; safe for use by many
 * threads.
 */
public final class LicenceText {
    /** The longest text that is looked at. */
    public static final int LENGTH_MAX = 2_048;

    private static final String TYPE = "mizan-licence";
    private static final String PACKAGE = "package";
    private static final String TENANT = "tenant";
    private static final List<String> CLAIMS = List.of("jti", "sub", PACKAGE, TENANT, "iat", "exp");
    private static final int PARTS = 3;
    private static final int ID_LENGTH_MAX = 64;
    private static final long MILLIS = 1_000;

    /** Nothing else is verified: neither {@code none} nor an HMAC with the public key as its secret. */
    private static final AlgorithmConstraints ONLY =
            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.EDDSA);

    private LicenceText() {}

    /** Makes the library ready, which takes half a second: not on a caller's event loop. */
    static void prepare() {
        var _ = AlgorithmFactoryFactory.getInstance();
    }

    /** Whether {@code text} is a licence key rather than a licence's id: it has the three parts of a token. */
    public static boolean isKey(String text) {
        return text.length() > ID_LENGTH_MAX
                && text.chars().filter(c -> c == '.').count() == PARTS - 1;
    }

    /** Signs {@code licence}. */
    public static String sign(Licence licence, String prefix, PrivateKey key) {
        JwtClaims claims = new JwtClaims();
        claims.setJwtId(licence.id());
        claims.setSubject(licence.customer());
        claims.setStringClaim(PACKAGE, licence.plan());
        claims.setStringClaim(TENANT, licence.tenant());
        claims.setIssuedAt(NumericDate.fromSeconds(licence.issuedAtMillis() / MILLIS));
        claims.setExpirationTime(NumericDate.fromSeconds(licence.expiresAtMillis() / MILLIS));
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.EDDSA);
        signature.setHeader("typ", TYPE);
        signature.setPayload(claims.toJson());
        signature.setKey(key);
        try {
            String text = prefix + signature.getCompactSerialization();
            if (text.length() > LENGTH_MAX) {
                throw new IllegalArgumentException("licence: " + text.length() + " characters (expected: at most "
                        + LENGTH_MAX + "; shorter names)");
            }
            return text;
        } catch (JoseException e) {
            throw new IllegalArgumentException("licence: can't be signed: " + e.getMessage(), e);
        }
    }

    /** The licence that {@code text} is; empty if it is none, or not signed by the other half of {@code key}. */
    public static Optional<Licence> verify(String text, String prefix, PublicKey key) {
        if (!text.startsWith(prefix) || text.length() > LENGTH_MAX || !isCanonical(text.substring(prefix.length()))) {
            return Optional.empty();
        }
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setAlgorithmConstraints(ONLY);
            signature.setCompactSerialization(text.substring(prefix.length()));
            signature.setKey(key);
            if (!TYPE.equals(signature.getHeader("typ")) || !signature.verifySignature()) {
                return Optional.empty();
            }
            JwtClaims claims = JwtClaims.parse(signature.getPayload());
            if (!CLAIMS.stream().allMatch(claims::hasClaim)) {
                return Optional.empty();
            }
            return Optional.of(new Licence(
                    claims.getJwtId(),
                    claims.getSubject(),
                    claims.getStringClaimValue(PACKAGE),
                    claims.getStringClaimValue(TENANT),
                    Math.multiplyExact(claims.getIssuedAt().getValue(), MILLIS),
                    Math.multiplyExact(claims.getExpirationTime().getValue(), MILLIS)));
        } catch (JoseException
                | InvalidJwtException
                | MalformedClaimException
                | IllegalArgumentException
                | ArithmeticException e) {
            // Not signed by this key, or a claim of another kind: no licence. What it says is not repeated.
            return Optional.empty();
        }
    }

    /** Whether it is three parts of Base64url, each written in the one way that encoding its bytes gives. */
    private static boolean isCanonical(String token) {
        String[] parts = token.split("\\.", PARTS + 1);
        if (parts.length != PARTS) {
            return false;
        }
        for (String part : parts) {
            try {
                byte[] bytes = Base64.getUrlDecoder().decode(part.getBytes(StandardCharsets.US_ASCII));
                if (!Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(bytes)
                        .equals(part)) {
                    return false;
                }
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
        return true;
    }
}
