package dev.mizan.alert;

import com.github.f4b6a3.ulid.UlidFactory;
import dev.mizan.alert.LimitAlerts.Reached;
import dev.mizan.limit.LimitWatcher;
import dev.mizan.limit.Standing;
import dev.mizan.messages.Language;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires alerts, each once over all processes and restarts, and has them delivered.
 *
 * <p>Calls tell of thresholds by {@link #reached}, which only puts them into a bounded queue; one thread writes them to
 * the database, and whoever's row it is has the alert delivered. Another thread lets the rules look at the books, and
 * at how limits stand: so what did not fit the queue is found again. Safe for use by many threads.
 */
public final class Alerts implements LimitWatcher, Desk, AutoCloseable {
    /** For how long alerts are kept. */
    public static final Duration KEPT = Duration.ofDays(400);

    /** The names of the channels that messages go out by. */
    static final List<String> CHANNELS = List.of(WebhookChannel.NAME, SlackChannel.NAME, MailChannel.NAME);

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final int TOLD_MAX = 10_000;
    private static final int PRUNED_MAX = 1_000;
    private static final long RETRY_MILLIS = 1_000;

    private final AlertParts parts;
    private final BlockingQueue<Reached> queue;
    private final Map<String, Long> told = new ConcurrentHashMap<>();
    private final AtomicLong overflow = new AtomicLong();
    private final AtomicBoolean testing = new AtomicBoolean();
    private final UlidFactory ids = UlidFactory.newMonotonicInstance();
    private final AlertTexts texts = new AlertTexts();
    private final LimitAlerts limits = new LimitAlerts(texts, ids);
    private final Findings findings = new Findings(texts, ids);
    private final Channels channels;
    private final Map<String, Courier> couriers = new LinkedHashMap<>();
    private final Map<String, Rule> rules = new LinkedHashMap<>();
    private final Map<String, Boolean> failing = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private long unwrittenUntilMillis;

    private Alerts(AlertParts parts, Post.Resolver resolver) {
        this.parts = parts;
        this.queue = new ArrayBlockingQueue<>(parts.tuning().queueMax());
        this.channels = new Channels(
                parts.vertx(),
                resolver,
                parts.settings(),
                parts.clock(),
                parts.tuning().patience());
        SpendRules spend = new SpendRules(parts.ledger(), findings, parts.standings(), texts);
        ProviderRules providers = new ProviderRules(parts.ledger(), parts.unpriced(), findings);
        // First, because the database may be why.
        rules.put("journal", new BacklogRule(parts.backlog(), findings));
        rules.put("limits", this::standings);
        rules.put("anomaly", spend::anomaly);
        rules.put("daily_amount", spend::dailyAmount);
        rules.put("forecast", spend::forecast);
        rules.put("provider_errors", providers::errors);
        rules.put("slow_provider", providers::slow);
        rules.put("unpriced", providers::unpriced);
    }

    /** Starts; the result is what hears of thresholds. Close it. */
    public static Alerts start(AlertParts parts) {
        Alerts alerts = idle(parts, Post.Resolver.SYSTEM);
        alerts.run();
        return alerts;
    }

    /** One whose queue nobody empties and whose rules do not look by themselves. */
    static Alerts idle(AlertParts parts, Post.Resolver resolver) {
        return new Alerts(parts, resolver);
    }

    /** Starts its threads. */
    void run() {
        for (String name : CHANNELS) {
            couriers.put(
                    name,
                    new Courier(
                            name,
                            parts.store(),
                            () -> Optional.ofNullable(channels.all().get(name)),
                            parts.clock(),
                            parts.tuning().pause()));
        }
        threads.add(Thread.ofVirtual().name("alerts").start(this::writeAll));
        threads.add(Thread.ofVirtual().name("alert-rules").start(this::lookAlways));
    }

    @Override
    public void reached(Standing standing, int percent) {
        long now = parts.clock().millis();
        Long holds = told.get(LimitAlerts.once(standing.limit(), percent));
        if (holds != null && holds > now) {
            return;
        }
        if (!queue.offer(new Reached(standing, percent, now)) && overflow.getAndIncrement() == 0) {
            LOG.warn(
                    "alerts: more than {} thresholds wait; those that do not fit are found at the next look",
                    parts.tuning().queueMax());
        }
    }

    /** How many thresholds did not fit the queue since the start. */
    public long overflow() {
        return overflow.get();
    }

    @Override
    public AlertStore.Page page(AlertStore.Filter filter, String cursor, int limit) {
        return parts.store().page(filter, cursor, limit);
    }

    @Override
    public List<Channelled> channels() {
        Map<String, AlertStore.ChannelState> states = parts.store().states();
        List<Channelled> all = new ArrayList<>();
        for (String name : CHANNELS) {
            all.add(new Channelled(
                    name, channels.all().containsKey(name), states.getOrDefault(name, AlertStore.ChannelState.NEW)));
        }
        all.add(new Channelled("log", parts.settings().get().log(), AlertStore.ChannelState.NEW));
        all.add(new Channelled("page", true, AlertStore.ChannelState.NEW));
        return all;
    }

    @Override
    public Optional<List<Tested>> test() {
        if (!testing.compareAndSet(false, true)) {
            return Optional.empty();
        }
        try {
            Instant now = parts.clock().instant();
            Alert alert = findings.every(
                            Alert.Kind.TEST,
                            Alert.Level.INFO,
                            "global",
                            new Findings.Measured(0, "calls", 0, 0),
                            now,
                            Duration.ofSeconds(1),
                            language -> Map.of())
                    .alert();
            List<Tested> results = new ArrayList<>();
            for (Channel channel : channels.all().values()) {
                results.add(new Tested(
                        channel.name(),
                        switch (channel.send(alert)) {
                            case Channel.Sent.Taken taken -> "";
                            case Channel.Sent.Failed(String error) -> error;
                        }));
            }
            if (parts.settings().get().log()) {
                log(alert);
                results.add(new Tested("log", ""));
            }
            return Optional.of(results);
        } finally {
            testing.set(false);
        }
    }

    @Override
    public Language language() {
        return parts.settings().get().language();
    }

    @Override
    public void close() {
        closing.countDown();
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        couriers.values().forEach(Courier::close);
        channels.close();
    }

    /** Lets every rule look once. A rule that fails keeps none from looking. */
    void look() {
        AlertSettings settings = parts.settings().get();
        Instant now = parts.clock().instant();
        rules.forEach((name, rule) -> {
            try {
                rule.check(settings, now).forEach(this::fire);
                failing.remove(name);
            } catch (RuntimeException e) {
                if (!isClosing() && failing.put(name, true) == null) {
                    LOG.warn("alerts: the rule '{}' can't look now: {}", name, e.toString());
                }
            }
        });
        try {
            var _ = parts.store().prune(now.minus(KEPT).toEpochMilli(), PRUNED_MAX);
        } catch (RuntimeException e) {
            LOG.debug("alerts: nothing was pruned: {}", e.toString());
        }
    }

    /** Writes what waits in the queue now. */
    void writeWaiting() {
        List<Reached> waiting = new ArrayList<>();
        queue.drainTo(waiting);
        waiting.forEach(this::write);
    }

    private List<Firing> standings(AlertSettings settings, Instant now) {
        Standings source = parts.standings().get();
        return limits.reached(settings, source.all(), now.toEpochMilli()).stream()
                .map(reached -> firing(settings, source, reached))
                .toList();
    }

    private Firing firing(AlertSettings settings, Standings source, Reached reached) {
        return limits.firing(settings, source, reached.standing(), reached.percent(), reached.atMillis());
    }

    private void writeAll() {
        while (!isClosing()) {
            try {
                write(queue.take());
            } catch (InterruptedException e) {
                // Closing: the loop looks.
            }
        }
    }

    /** Writes it, however long the database is away: meanwhile others wait in the queue. */
    private void write(Reached reached) {
        boolean written = false;
        while (!written && !isClosing()) {
            try {
                fire(firing(parts.settings().get(), parts.standings().get(), reached));
                written = true;
                failing.remove("write");
            } catch (RuntimeException e) {
                if (!isClosing() && failing.put("write", true) == null) {
                    LOG.warn("alerts wait: they can't be written now: {}", e.toString());
                }
                pause(RETRY_MILLIS);
            }
        }
    }

    private void fire(Firing firing) {
        Alert alert = firing.alert();
        if (isTold(firing)) {
            return;
        }
        boolean fired;
        try {
            fired = parts.store().fire(firing, channels.all().keySet());
        } catch (RuntimeException e) {
            if (alert.kind() == Alert.Kind.JOURNAL_BACKLOG) {
                tellUnwritten(firing);
            }
            throw e;
        }
        if (told.size() >= TOLD_MAX) {
            told.clear();
        }
        told.put(firing.once(), firing.untilMillis());
        if (fired) {
            if (parts.settings().get().log()) {
                log(alert);
            }
            couriers.values().forEach(Courier::wake);
        }
    }

    private boolean isTold(Firing firing) {
        Long holds = told.get(firing.once());
        return holds != null && holds > firing.fromMillis();
    }

    /** That the database is away can't wait for the database: told once, as far as the channels take it now. */
    private void tellUnwritten(Firing firing) {
        if (firing.fromMillis() < unwrittenUntilMillis) {
            return;
        }
        unwrittenUntilMillis = firing.untilMillis();
        log(firing.alert());
        for (Channel channel : channels.all().values()) {
            var _ = Thread.ofVirtual().name("alerts-direct").start(() -> {
                if (channel.send(firing.alert()) instanceof Channel.Sent.Failed(String error)) {
                    LOG.warn("alert {} did not go to {}: {}", firing.alert().id(), channel.name(), error);
                }
            });
        }
    }

    private void log(Alert alert) {
        String title = alert.text(language()).title();
        switch (alert.level()) {
            case INFO -> LOG.info("alert {} {} {}: {}", alert.id(), alert.kind().label(), alert.subject(), title);
            case WARNING ->
                LOG.warn("alert {} {} {}: {}", alert.id(), alert.kind().label(), alert.subject(), title);
            case CRITICAL ->
                LOG.error("alert {} {} {}: {}", alert.id(), alert.kind().label(), alert.subject(), title);
        }
    }

    private void lookAlways() {
        while (!isClosing()) {
            look();
            pause(parts.settings().get().interval().toMillis());
        }
    }

    private void pause(long millis) {
        try {
            var _ = closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Closing: the loop looks.
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }
}
