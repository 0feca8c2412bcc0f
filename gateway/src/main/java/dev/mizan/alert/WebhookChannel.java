package dev.mizan.alert;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts an alert's JSON, signed: {@code X-Mizan-Signature: sha256=} and the hexadecimal HMAC-SHA256 of {@code
 * TIMESTAMP.BODY}, {@code X-Mizan-Timestamp} in Unix seconds, {@code Idempotency-Key} the alert's id, the same with
 * every try.
 */
final class WebhookChannel implements Channel {
    static final String NAME = "webhook";

    private static final String ALGORITHM = "HmacSHA256";

    private final Post post;
    private final URI address;
    private final AlertSettings settings;
    private final Clock clock;

    WebhookChannel(Post post, URI address, AlertSettings settings, Clock clock) {
        this.post = post;
        this.address = address;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Sent send(Alert alert) {
        byte[] body = AlertJson.bytes(AlertJson.of(alert, settings.language()));
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        Map<String, String> headers = new HashMap<>();
        headers.put("idempotency-key", alert.id());
        headers.put("x-mizan-timestamp", timestamp);
        if (!settings.webhookSecret().isEmpty()) {
            headers.put("x-mizan-signature", "sha256=" + signature(settings.webhookSecret(), timestamp, body));
        }
        return post.json(address, body, headers, settings.allowInternal());
    }

    private static String signature(String secret, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update((timestamp + ".").getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
