package dev.mizan.alert;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The channels that the configuration in force has, made anew when it changes. Safe for use by many threads. */
final class Channels implements AutoCloseable {
    /** How long one message may take at most. */
    private final Duration patience;

    private final Vertx vertx;
    private final Post post;
    private final Supplier<AlertSettings> settings;
    private final Clock clock;
    private State current;

    private record State(AlertSettings settings, Map<String, Channel> channels) {}

    Channels(Vertx vertx, Post.Resolver resolver, Supplier<AlertSettings> settings, Clock clock, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
        this.post = new Post(vertx, resolver, patience);
        this.settings = settings;
        this.clock = clock;
        this.current = make(settings.get());
    }

    /** By name, those that are configured now. */
    synchronized Map<String, Channel> all() {
        AlertSettings now = settings.get();
        if (!now.equals(current.settings)) {
            State old = current;
            current = make(now);
            close(old);
        }
        return current.channels;
    }

    @Override
    public synchronized void close() {
        close(current);
        post.close();
    }

    private State make(AlertSettings settings) {
        Map<String, Channel> channels = new LinkedHashMap<>();
        Stream.of(
                        settings.webhook().map(address -> new WebhookChannel(post, address, settings, clock)),
                        settings.slack().map(address -> new SlackChannel(post, address, settings)),
                        settings.email().map(email -> new MailChannel(vertx, settings, email, patience)))
                .flatMap(Optional::stream)
                .forEach(channel -> channels.put(channel.name(), channel));
        return new State(settings, Collections.unmodifiableMap(channels));
    }

    private static void close(State state) {
        if (state.channels.get(MailChannel.NAME) instanceof MailChannel mail) {
            mail.close();
        }
    }
}
