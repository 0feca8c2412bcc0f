package dev.mizan.admin;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Slows down those who try out keys: after a few failures an address has to wait before it may try again, twice as long
 * each time. Nobody is made to wait inside; who comes too early is sent away. Safe for use by many threads.
 */
final class SignInPacer {
    /** Failures that cost no waiting: people mistype. */
    static final int FREE_FAILURES = 3;

    /** The longest wait. */
    static final Duration WAIT_MAX = Duration.ofSeconds(60);

    /** After so long without a try an address is forgotten. */
    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);

    /** How many addresses are remembered; the one that tried longest ago is forgotten first. */
    static final int ADDRESSES_MAX = 10_000;

    private static final int IPV6_NETWORK_BYTES = 8;

    private final Clock clock;
    private final LinkedHashMap<String, Tries> byAddress = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    SignInPacer(Clock clock) {
        this.clock = clock;
    }

    private record Tries(int failures, long notBeforeMillis, long lastMillis) {}

    /**
     * Begins a try, which counts as a failure until {@link #succeeded}, so that many at once count too.
     *
     * @return 0 if it may go ahead; else in how many seconds it may
     */
    int begin(String address) {
        String network = network(address);
        long now = clock.millis();
        lock.lock();
        try {
            Tries tries = byAddress.get(network);
            if (tries == null || now - tries.lastMillis >= FORGOTTEN_AFTER.toMillis()) {
                tries = new Tries(0, 0, now);
            }
            if (now < tries.notBeforeMillis) {
                return (int) Math.ceilDiv(tries.notBeforeMillis - now, 1_000L);
            }
            int failures = Math.min(tries.failures + 1, Integer.SIZE);
            remember(network, new Tries(failures, now + waitMillis(failures), now));
            return 0;
        } finally {
            lock.unlock();
        }
    }

    /** The try was none that guesses: what the address did before is forgotten. */
    void succeeded(String address) {
        lock.lock();
        try {
            byAddress.remove(network(address));
        } finally {
            lock.unlock();
        }
    }

    private void remember(String network, Tries tries) {
        byAddress.remove(network);
        if (byAddress.size() >= ADDRESSES_MAX) {
            byAddress.pollFirstEntry();
        }
        byAddress.put(network, tries);
    }

    /** Three free ones, then 1, 2, 4 … seconds. */
    private static long waitMillis(int failures) {
        int over = failures - FREE_FAILURES;
        return over < 0 ? 0 : Math.min(WAIT_MAX.toMillis(), 1_000L << over);
    }

    /** The address, or of an IPv6 address its network of 64 bits, in which one caller has as many as he likes. */
    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            int zone = address.indexOf('%');
            byte[] bytes = InetAddress.ofLiteral(zone < 0 ? address : address.substring(0, zone))
                    .getAddress();
            return bytes.length == 16 ? HexFormat.of().formatHex(bytes, 0, IPV6_NETWORK_BYTES) : address;
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
