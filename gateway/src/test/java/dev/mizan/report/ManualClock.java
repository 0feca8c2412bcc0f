package dev.mizan.report;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when a test says so. */
public final class ManualClock extends Clock {
    private final AtomicLong millis;

    public ManualClock(String now) {
        this.millis = new AtomicLong(Instant.parse(now).toEpochMilli());
    }

    public void set(String instant) {
        millis.set(Instant.parse(instant).toEpochMilli());
    }

    public void advance(Duration duration) {
        millis.addAndGet(duration.toMillis());
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
