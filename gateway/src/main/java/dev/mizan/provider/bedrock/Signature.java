package dev.mizan.provider.bedrock;

import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests with AWS Signature Version 4
 * (<a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">IAM user
 * guide</a>), for services other than S3: each segment of the path is encoded once more than it is sent. Belongs to one
 * event loop.
 */
public final class Signature {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String HMAC = "HmacSHA256";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int DATE_LENGTH = 8;

    private final AwsCredentials credentials;
    private final String region;
    private final String service;
    private String keyDate = "";
    private byte[] key = new byte[0];

    /** @param service as in the scope of a signature, e.g. {@code bedrock} */
    public Signature(AwsCredentials credentials, String region, String service) {
        this.credentials = credentials;
        this.region = region;
        this.service = service;
    }

    /**
     * The headers to be set for the request to be signed.
     *
     * @param path as it is sent, without a query, which signed requests have not
     * @param signed headers that are signed, by lower-case name; {@code host} is among them
     */
    public Map<String, String> headers(String method, String path, Map<String, String> signed, Slice body, Instant at) {
        String time = TIME.format(at);
        String date = time.substring(0, DATE_LENGTH);
        SortedMap<String, String> all = new TreeMap<>(signed);
        Map<String, String> added = new LinkedHashMap<>();
        added.put("x-amz-date", time);
        if (!credentials.sessionToken().isEmpty()) {
            added.put("x-amz-security-token", credentials.sessionToken());
        }
        all.putAll(added);
        StringBuilder canonical = new StringBuilder(method).append('\n');
        canonical.append(encoded(path)).append("\n\n");
        all.forEach((name, value) ->
                canonical.append(name).append(':').append(value.strip()).append('\n'));
        String names = String.join(";", all.keySet());
        canonical.append('\n').append(names).append('\n').append(hash(body));

        String scope = date + "/" + region + "/" + service + "/aws4_request";
        String toSign = ALGORITHM + "\n" + time + "\n" + scope + "\n" + hash(utf8(canonical.toString()));
        String signature = HexFormat.of().formatHex(hmac(key(date), toSign));
        added.put(
                "authorization",
                ALGORITHM + " Credential=" + credentials.accessKeyId() + "/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + signature);
        return added;
    }

    /** The key of a day, made once. */
    private byte[] key(String date) {
        if (!date.equals(keyDate)) {
            byte[] dated = hmac(("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8), date);
            key = hmac(hmac(hmac(dated, region), service), "aws4_request");
            keyDate = date;
        }
        return key;
    }

    private static String encoded(String path) {
        StringBuilder encoded = new StringBuilder(path.length() + 16);
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean isPlain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~/".indexOf(c) >= 0;
            if (isPlain) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    private static Slice utf8(String text) {
        return Slice.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(Slice bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.array(), bytes.from(), bytes.length());
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every JVM", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is part of every JVM", e);
        }
    }
}
