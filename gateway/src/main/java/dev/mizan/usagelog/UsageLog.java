package dev.mizan.usagelog;

import dev.mizan.ledger.FolderLock;
import dev.mizan.ledger.Line;
import dev.mizan.money.ExchangeRates;
import dev.mizan.report.LedgerReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each booked call once into {@code YYYY-MM/HOLDER.jsonl}, and hourly and at its end what a month adds up to
 * into {@code YYYY-MM/HOLDER_summary.json}. Looks every second for what is booked, on a thread of its own; while the
 * database or the disk fails, lines wait. Of several processes on one folder one writes, the others wait.
 */
public final class UsageLog implements AutoCloseable {
    /** How often booked lines are looked for. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** How often summaries are written anew. */
    static final Duration SUMMARY_INTERVAL = Duration.ofHours(1);

    /** Lines that are written at once. */
    static final int BATCH_LINES = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(UsageLog.class);
    private static final String LOCK = ".lock";
    private static final long STOP_SECONDS = 10;

    private final UsageLogSettings settings;
    private final Outbox outbox;
    private final LedgerReader ledger;
    private final Supplier<ZoneId> zone;
    private final Supplier<ExchangeRates> rates;
    private final Clock clock;
    private final String name;
    private final LogFolder folder;
    private final TreeSet<YearMonth> changed = new TreeSet<>();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("usage-log").daemon().factory());
    private Optional<FolderLock> lock = Optional.empty();
    private Instant summedAt;
    private boolean failing;

    /**
     * A log that does nothing by itself: {@link #start} makes it look.
     *
     * @param zone whose midnights end the days and months; asked for with each batch
     * @param rates of the summaries' lira; asked for with each summary
     */
    public UsageLog(
            UsageLogSettings settings,
            Outbox outbox,
            LedgerReader ledger,
            Supplier<ZoneId> zone,
            Supplier<ExchangeRates> rates,
            Clock clock) {
        this.settings = settings;
        this.outbox = outbox;
        this.ledger = ledger;
        this.zone = zone;
        this.rates = rates;
        this.clock = clock;
        this.name = name(settings.directory());
        this.folder = new LogFolder(settings.directory());
        this.summedAt = clock.instant();
        // What was booked when nobody looked is in the sums.
        changed.add(YearMonth.from(clock.instant().atZone(zone.get())));
    }

    /** The name of the log in {@code directory}: what its lines wait under. Made with the folder. */
    public static String name(Path directory) {
        return LogFolder.name(directory);
    }

    /** Looks every second from now on. */
    public UsageLog start() {
        var _ = executor.scheduleWithFixedDelay(
                this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    /** Writes what is booked and the summaries, and stops; what can't be written now is written at the next start. */
    @Override
    public void close() {
        executor.execute(() -> {
            summedAt = Instant.MIN;
            look();
        });
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("usage log: not all is written; the rest is at the next start");
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.ifPresent(FolderLock::close);
    }

    private void look() {
        try {
            write();
            if (failing) {
                LOG.info("usage log: writing again");
            }
            failing = false;
        } catch (IOException | RuntimeException e) {
            // Logged once, since the next second brings the next attempt.
            if (!failing) {
                LOG.error("usage log: can't be written; lines wait: {}", e.toString());
            }
            failing = true;
        }
    }

    /** Writes what is booked and, when it is time, the summaries. */
    void write() throws IOException {
        if (lock.isEmpty()) {
            lock = FolderLock.tryLock(settings.directory().resolve(LOCK), false);
            if (lock.isEmpty()) {
                return;
            }
        }
        recover();
        List<String> ids = outbox.next(name, BATCH_LINES);
        while (!ids.isEmpty()) {
            append(ids);
            ids = outbox.next(name, BATCH_LINES);
        }
        // Not by adding: at the end everything is due.
        if (!clock.instant().minus(SUMMARY_INTERVAL).isBefore(summedAt)) {
            summarise();
        }
    }

    /** Ends what another process, or this one before a failure, has begun. */
    private void recover() throws IOException {
        Optional<LogFolder.Pending> pending = folder.pending();
        if (pending.isPresent()) {
            if (outbox.isWaiting(name, pending.get().firstId())) {
                folder.undo(pending.get());
            } else {
                folder.settle();
            }
        }
    }

    private void append(List<String> ids) throws IOException {
        Map<String, ByteArrayOutputStream> texts = new LinkedHashMap<>();
        for (String id : ids) {
            Optional<Line> line = ledger.line(id);
            if (line.isPresent()) {
                Holder holder = Holder.of(line.get().principal());
                YearMonth month = YearMonth.from(
                        Instant.ofEpochMilli(line.get().timeMillis()).atZone(zone.get()));
                texts.computeIfAbsent(month + "/" + holder.fileName() + ".jsonl", file -> new ByteArrayOutputStream())
                        .writeBytes(LogLine.bytes(line.get(), holder, settings.format()));
                changed.add(month);
            }
        }
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        texts.forEach((file, text) -> bytes.put(file, text.toByteArray()));
        folder.append(ids.getFirst(), bytes);
        outbox.written(name, ids);
        folder.settle();
    }

    private void summarise() throws IOException {
        while (!changed.isEmpty()) {
            YearMonth month = changed.first();
            for (Map.Entry<Holder, UsageSummary> summary :
                    UsageSummary.read(ledger, month, zone.get(), rates.get()).entrySet()) {
                folder.put(
                        month + "/" + summary.getKey().fileName() + "_summary.json",
                        summary.getValue().bytes(summary.getKey(), month));
            }
            changed.remove(month);
        }
        summedAt = clock.instant();
    }

    /** Ends as a killed process does: nothing more is written, and the lock is given back. */
    void kill() {
        executor.shutdownNow();
        lock.ifPresent(FolderLock::close);
    }
}
