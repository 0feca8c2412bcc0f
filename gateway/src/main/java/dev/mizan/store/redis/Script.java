package dev.mizan.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** The scripts that run in Redis: {@code common.lua}, {@code accounts.lua} and then their own. Each explains itself. */
enum Script {
    RESERVE,
    RAISE,
    END,
    REGISTER,
    LOAD,
    CHANGE,
    READ,
    RENEW,
    BEAT,
    LEAVE;

    private final String source = resource("common") + resource("accounts") + resource(name().toLowerCase(Locale.ROOT));
    private final String sha = sha1(source);

    String source() {
        return source;
    }

    /** What Redis calls it by. */
    String sha() {
        return sha;
    }

    private static String resource(String name) {
        try (InputStream resource = Objects.requireNonNull(Script.class.getResourceAsStream(name + ".lua"))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
