package dev.mizan.admin;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.identity.Key;
import dev.mizan.identity.Keys;
import dev.mizan.ledger.Line;
import dev.mizan.report.Dimension;
import dev.mizan.report.LedgerReader;
import dev.mizan.report.LineFilter;
import dev.mizan.report.Period;
import dev.mizan.report.SpendQuery;
import dev.mizan.report.Sums;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * New ledger lines as they are written, to whoever follows them (Server-Sent Events): an event {@code line} for each,
 * and an event {@code totals} with the sums of the day after some have come, at most once a second.
 *
 * <p>One thread looks for lines while there are followers, once for all who see the same. So it also shows what other
 * processes write. A follower who is too slow is sent away, and comes again. Safe for use by many threads.
 */
final class LiveFeed implements AutoCloseable {
    /** How many follow at once at most. */
    static final int FOLLOWERS_MAX = 100;

    /** How often new lines are looked for. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    /** How many lines one look finds at most: the newest. Nobody reads faster. */
    static final int LINES_MAX = 200;

    /** Lines that ended so long ago are not new. */
    private static final Duration WINDOW = Duration.ofSeconds(30);

    /** So long before somebody follows, lines are new to them: what they read just before may lack them. */
    private static final Duration OVERLAP = Duration.ofSeconds(5);

    private static final long TOTALS_MILLIS_MIN = 1_000;
    private static final long QUIET_MILLIS_MAX = 15_000;
    private static final int SEEN_MAX = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);

    private final Vertx vertx;
    private final LedgerReader ledger;
    private final Keys keys;
    private final Sessions sessions;
    private final Supplier<AdminSettings> settings;
    private final Clock clock;
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(FOLLOWERS_MAX);
    private final ScheduledExecutorService thread;

    LiveFeed(
            Vertx vertx,
            LedgerReader ledger,
            Keys keys,
            Sessions sessions,
            Supplier<AdminSettings> settings,
            Clock clock) {
        this.vertx = vertx;
        this.ledger = ledger;
        this.keys = keys;
        this.sessions = sessions;
        this.settings = settings;
        this.clock = clock;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("live").daemon().factory());
        var _ = thread.scheduleWithFixedDelay(
                this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The answer to somebody who wants to follow. */
    Answer follow(Exchange exchange) {
        exchange.query().only(List.of());
        if (!places.tryAcquire()) {
            throw new Problem(ErrorCode.OVERLOADED, "error.overloaded", Map.of(), "", 5).thrown();
        }
        Caller caller = exchange.caller();
        String cookie = caller.session() ? exchange.cookie() : "";
        long since = exchange.now().minus(OVERLAP).toEpochMilli();
        return new Answer.Taken(response -> begin(response, caller, cookie, since));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        followers.forEach(Follower::end);
    }

    private void begin(HttpServerResponse response, Caller caller, String cookie, long since) {
        if (response.closed()) {
            places.release();
            return;
        }
        Follower follower = new Follower(response, vertx.getOrCreateContext(), caller, cookie, since);
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader("x-accel-buffering", "no")
                .closeHandler(v -> leave(follower))
                .exceptionHandler(v -> leave(follower));
        followers.add(follower);
        response.write("retry: 2000\n\n");
    }

    private void leave(Follower follower) {
        if (followers.remove(follower)) {
            places.release();
        }
    }

    private void look() {
        Map<Map<Dimension, String>, List<Follower>> byScope = new HashMap<>();
        for (Follower follower : List.copyOf(followers)) {
            if (isAdmitted(follower)) {
                byScope.computeIfAbsent(follower.caller.scope(), s -> new ArrayList<>())
                        .add(follower);
            } else {
                leave(follower);
                follower.end();
            }
        }
        byScope.forEach((scope, those) -> {
            try {
                tell(scope, those);
            } catch (RuntimeException e) {
                // The next look comes in half a second; the streams stay open meanwhile.
                LOG.debug("new lines can't be read", e);
            }
        });
    }

    private void tell(Map<Dimension, String> scope, List<Follower> those) {
        long now = clock.millis();
        LineFilter recent = new LineFilter(now - WINDOW.toMillis(), Long.MAX_VALUE, scope, "", "");
        List<Line> lines = ledger.lines(recent, "", LINES_MAX).lines();
        boolean totals = false;
        for (Follower follower : those) {
            follower.tell(lines, now);
            totals |= follower.wantsTotals(now);
        }
        if (totals) {
            String event = event("totals", "", totals(scope, those.getFirst().caller));
            those.stream().filter(follower -> follower.wantsTotals(now)).forEach(follower -> follower.tell(event, now));
        }
    }

    private ObjectNode totals(Map<Dimension, String> scope, Caller caller) {
        AdminSettings now = settings.get();
        var date = clock.instant().atZone(now.timeZone()).toLocalDate();
        Period day = Period.of(date, now.timeZone());
        Sums sums = Sums.of(ledger.spend(new SpendQuery(
                day.fromMillis(), day.toMillis(), List.of(), scope, SpendQuery.Bucket.ALL, now.timeZone())));
        ObjectNode json = Json.object();
        json.put("date", date.toString());
        json.set("today", SpendJson.sums(sums, caller));
        return json;
    }

    /** Whether they may still see what they follow. */
    private boolean isAdmitted(Follower follower) {
        if (!follower.cookie.isEmpty()) {
            return sessions.find(follower.cookie).isPresent();
        }
        return keys.key(follower.caller.key().id()).filter(key -> isGood(key)).isPresent();
    }

    private boolean isGood(Key key) {
        return !key.blocked() && !key.isExpired(clock.millis());
    }

    private static String event(String name, String id, ObjectNode json) {
        return "event: " + name + (id.isEmpty() ? "" : "\nid: " + id) + "\ndata: " + json + "\n\n";
    }

    /** One who follows. Used by the feed's thread only, but for its response, which its event loop writes. */
    private static final class Follower {
        private final HttpServerResponse response;
        private final Context loop;
        private final Caller caller;
        private final String cookie;
        private final long sinceMillis;
        private final LinkedHashMap<String, Boolean> seen = new LinkedHashMap<>();
        private boolean untold = true;
        private long totalsMillis;
        private long lastMillis;

        Follower(HttpServerResponse response, Context loop, Caller caller, String cookie, long sinceMillis) {
            this.response = response;
            this.loop = loop;
            this.caller = caller;
            this.cookie = cookie;
            this.sinceMillis = sinceMillis;
        }

        /** Tells what is new of {@code lines}, which are newest first, the oldest of it first. */
        void tell(List<Line> lines, long now) {
            StringBuilder events = new StringBuilder();
            for (Line line : lines.reversed()) {
                if (line.timeMillis() >= sinceMillis && seen.putIfAbsent(line.id(), true) == null) {
                    events.append(event("line", line.id(), LineJson.of(line, caller)));
                    untold = true;
                }
            }
            while (seen.size() > SEEN_MAX) {
                seen.pollFirstEntry();
            }
            if (!events.isEmpty()) {
                write(events.toString(), now);
            } else if (now - lastMillis >= QUIET_MILLIS_MAX) {
                // A comment: it keeps proxies from closing the connection, and finds out who has gone.
                write(":\n\n", now);
            }
        }

        boolean wantsTotals(long now) {
            return untold && now - totalsMillis >= TOTALS_MILLIS_MIN;
        }

        void tell(String totals, long now) {
            untold = false;
            totalsMillis = now;
            write(totals, now);
        }

        void end() {
            loop.runOnContext(v -> {
                if (!response.ended() && !response.closed()) {
                    response.end();
                }
            });
        }

        private void write(String text, long now) {
            lastMillis = now;
            loop.runOnContext(v -> {
                if (response.ended() || response.closed()) {
                    return;
                }
                if (response.writeQueueFull()) {
                    response.reset();
                } else {
                    response.write(text);
                }
            });
        }
    }
}
