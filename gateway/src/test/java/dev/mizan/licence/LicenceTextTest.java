package dev.mizan.licence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

class LicenceTextTest {
    private static final String PREFIX = "DMZ-";
    private static final KeyPair PAIR = pair();
    private static final KeyPair OTHER = pair();
    private static final Licence LICENCE =
            new Licence("DMZ-xyz", "Acero Muhasebe", "PREMIUM", "default", 1_770_249_600_000L, 1_801_785_600_000L);
    private static final String TEXT = LicenceText.sign(LICENCE, PREFIX, PAIR.getPrivate());

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Property(tries = 100)
    void whatWasIssuedIsRead(
            @ForAll @AlphaChars @StringLength(min = 1, max = 60) String id,
            @ForAll @StringLength(min = 1, max = 100) String anyCustomer,
            @ForAll @LongRange(min = 0, max = 253_402_300_799L) long issued,
            @ForAll @LongRange(min = 0, max = 253_402_300_799L) long expires) {
        String customer = "Müşteri "
                + anyCustomer
                        .codePoints()
                        .filter(c -> Character.isLetterOrDigit(c) && c < 0xD800)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
        Licence licence = new Licence("L-" + id, customer, "BASIC", "tenant \"one\"", issued * 1_000, expires * 1_000);

        String text = LicenceText.sign(licence, PREFIX, PAIR.getPrivate());

        assertThat(text).startsWith(PREFIX).matches("[\\x21-\\x7e]+");
        assertThat(LicenceText.isKey(text)).isTrue();
        assertThat(LicenceText.verify(text, PREFIX, PAIR.getPublic())).contains(licence);
        assertThat(LicenceText.verify(text, PREFIX, OTHER.getPublic())).isEmpty();
    }

    @Property(tries = 600)
    void oneOtherCharacterAnywhereMakesItNone(
            @ForAll @IntRange(max = 2_000) int place, @ForAll @IntRange(min = 1, max = 63) int step) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int at = PREFIX.length() + place % (TEXT.length() - PREFIX.length());
        int known = alphabet.indexOf(TEXT.charAt(at));
        char other = known < 0 ? 'A' : alphabet.charAt((known + step) % alphabet.length());

        String changed = TEXT.substring(0, at) + other + TEXT.substring(at + 1);

        assertThat(LicenceText.verify(changed, PREFIX, PAIR.getPublic())).isEmpty();
    }

    @Test
    void theLastCharacterHasNoSpareBits() {
        // 64 bytes leave four bits of the last character unused: decoders take 16 texts for the same signature.
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        long good = alphabet.chars()
                .mapToObj(c -> TEXT.substring(0, TEXT.length() - 1) + (char) c)
                .filter(text ->
                        LicenceText.verify(text, PREFIX, PAIR.getPublic()).isPresent())
                .count();

        assertThat(good).isEqualTo(1);
    }

    @Test
    void noOtherAlgorithmIsTaken() throws JoseException {
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"typ\":\"mizan-licence\"}".getBytes(StandardCharsets.UTF_8));
        String payload = TEXT.split("\\.", -1)[1];
        assertThat(LicenceText.verify(PREFIX + none + "." + payload + ".", PREFIX, PAIR.getPublic()))
                .isEmpty();

        // The public key, which anybody may have, as the secret of an HMAC.
        JsonWebSignature forged = new JsonWebSignature();
        forged.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        forged.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        forged.setHeader("typ", "mizan-licence");
        forged.setPayload(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
        forged.setKey(new HmacKey(PAIR.getPublic().getEncoded()));
        assertThat(LicenceText.verify(PREFIX + forged.getCompactSerialization(), PREFIX, PAIR.getPublic()))
                .isEmpty();
    }

    @Test
    void aTokenOfAnotherKindOrWithAClaimMissingIsNone() throws JoseException {
        String claims = "{\"jti\":\"a\",\"sub\":\"b\",\"package\":\"BASIC\",\"tenant\":\"t\",\"iat\":1,\"exp\":2}";

        assertThat(read("mizan-licence", claims)).isTrue();
        assertThat(read("JWT", claims)).isFalse();
        assertThat(read("mizan-licence", claims.replace("\"exp\"", "\"nbf\""))).isFalse();
        assertThat(read("mizan-licence", claims.replace("\"exp\":2", "\"exp\":\"never\"")))
                .isFalse();
        assertThat(read("mizan-licence", claims.replace("\"exp\":2", "\"exp\":1e300")))
                .isFalse();
        assertThat(read("mizan-licence", claims.replace("\"sub\":\"b\"", "\"sub\":7")))
                .isFalse();
        assertThat(read("mizan-licence", claims.replace("\"jti\":\"a\"", "\"jti\":\"../a\"")))
                .isFalse();
        assertThat(read("mizan-licence", claims.replace("\"jti\":\"a\"", "\"jti\":\"master\"")))
                .isFalse();
        assertThat(read("mizan-licence", claims.replace("\"jti\":\"a\"", "\"jti\":\"key_1\"")))
                .isFalse();
        assertThat(read("mizan-licence", "[]")).isFalse();
    }

    private static boolean read(String type, String claims) throws JoseException {
        JsonWebSignature signed = new JsonWebSignature();
        signed.setAlgorithmHeaderValue(AlgorithmIdentifiers.EDDSA);
        signed.setHeader("typ", type);
        signed.setPayload(claims);
        signed.setKey(PAIR.getPrivate());
        return LicenceText.verify(PREFIX + signed.getCompactSerialization(), PREFIX, PAIR.getPublic())
                .isPresent();
    }

    @Test
    void whatIsTooLongIsNotLookedAt() {
        String longer = TEXT + "A".repeat(LicenceText.LENGTH_MAX + 1 - TEXT.length());

        assertThat(longer).hasSize(LicenceText.LENGTH_MAX + 1);
        assertThat(LicenceText.verify(longer, PREFIX, PAIR.getPublic())).isEmpty();
        assertThat(LicenceText.verify("DMZ-", PREFIX, PAIR.getPublic())).isEmpty();
        assertThat(LicenceText.verify("DMZ-..", PREFIX, PAIR.getPublic())).isEmpty();
        assertThat(LicenceText.verify(TEXT, "ABC-", PAIR.getPublic())).isEmpty();
    }
}
