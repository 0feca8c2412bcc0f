package dev.mizan;

import dev.mizan.config.ConfigurationException;
import dev.mizan.config.Problem;
import dev.mizan.config.Settings;
import dev.mizan.store.redis.OnStoreFailure;
import dev.mizan.store.redis.RedisAddress;
import dev.mizan.store.redis.RedisSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Reads where limits are counted: what belongs to Redis in {@code storage}, or in the environment. */
final class RedisReader {
    private static final String EXPECTED =
            "(expected: redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE] or rediss://…; several with commas between for a"
                    + " cluster; ?sentinel=NAME or ?cluster after the last)";

    private final Function<String, Optional<String>> environment;

    RedisReader(Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    /** The settings in {@code storage}. */
    RedisSettings read(Settings storage) {
        RedisSettings byDefault = RedisSettings.DEFAULT;
        String url = storage.text("redis_url", "");
        if (!url.isEmpty() && RedisAddress.parse(url).isEmpty()) {
            // The value may hold a password.
            storage.refuse("redis_url", "not an address " + EXPECTED);
            url = "";
        }
        Duration timeout = storage.duration(
                "redis_timeout", byDefault.timeout(), RedisSettings.TIMEOUT_MIN, RedisSettings.TIMEOUT_MAX);
        String onFailure =
                storage.text("on_store_failure", byDefault.onStoreFailure().label());
        return new RedisSettings(
                url,
                timeout,
                OnStoreFailure.valueOf(onFailure.toUpperCase(Locale.ROOT)),
                storage.integer("local_share", byDefault.localShare()),
                storage.duration("redis_lease", byDefault.lease(), RedisSettings.LEASE_MIN, RedisSettings.LEASE_MAX),
                byDefault.beat());
    }

    /**
     * The settings of a machine without a file: {@code REDIS_URL}, else {@code REDIS_HOST}, {@code REDIS_PORT} and
     * {@code REDIS_PASSWORD}.
     *
     * @throws ConfigurationException if they are no address
     */
    RedisSettings environment() {
        String url = value("REDIS_URL").or(this::byHost).orElse("");
        if (!url.isEmpty() && RedisAddress.parse(url).isEmpty()) {
            throw new ConfigurationException(
                    List.of(new Problem("environment", 0, 0, "REDIS_URL", "not an address " + EXPECTED)));
        }
        return RedisSettings.DEFAULT.withUrl(url);
    }

    private Optional<String> byHost() {
        String password = value("REDIS_PASSWORD")
                .map(secret ->
                        ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20") + "@")
                .orElse("");
        return value("REDIS_HOST")
                .map(host ->
                        "redis://" + password + host + ":" + value("REDIS_PORT").orElse("6379"));
    }

    private Optional<String> value(String name) {
        return environment.apply(name).filter(value -> !value.isEmpty());
    }
}
