package dev.mizan.e2e;

import dev.mizan.upstream.Answer;
import dev.mizan.upstream.ChatAnswer;
import dev.mizan.upstream.Exchange;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers that call processes of a fleet in no order: streamed and not, of every size, and who leave in the middle now
 * and then; and the provider they reach, which fails now and then and keeps to the bound that it is sent.
 */
final class RandomCallers implements Answer {
    /** The prices of {@link Gateway#PRICES}: nano-USD a token. */
    static final long INPUT_NANOS = 2_000;

    static final long OUTPUT_NANOS = 8_000;

    /** The largest {@code max_tokens} that is asked for. */
    static final int OUTPUT_MAX = 200;

    /** More than any call can cost. */
    static final long COST_MAX = INPUT_NANOS * 200 + OUTPUT_NANOS * OUTPUT_MAX;

    private static final int PROMPT_TOKENS = 25;

    /** A refusal of a caller, for money. */
    record Refused(int key, long atMillis) {}

    private final Fleet fleet;
    private final List<String> keys;
    private final long seed;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicBoolean failing = new AtomicBoolean(true);
    private final Set<String> whole = ConcurrentHashMap.newKeySet();
    private final Queue<Refused> refused = new ConcurrentLinkedQueue<>();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> statuses = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Random provider;

    RandomCallers(Fleet fleet, List<String> keys, long seed) {
        this.fleet = fleet;
        this.keys = List.copyOf(keys);
        this.seed = seed;
        this.provider = new Random(seed ^ 0x5DEECE66DL);
    }

    void start(int callers) {
        running.set(true);
        for (int i = 0; i < callers; i++) {
            Random random = new Random(seed * 31 + i);
            threads.add(Thread.ofVirtual().start(() -> {
                while (running.get()) {
                    call(random);
                }
            }));
        }
    }

    void stop() throws InterruptedException {
        running.set(false);
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
    }

    /** From now on the provider answers every call, with all the tokens that it may. */
    void answerInFull() {
        failing.set(false);
    }

    /** Waits until {@code nanos} more have been answered for, but not longer than {@code patience}. */
    void await(long nanos, Duration patience) {
        long before = answered.get();
        long until = System.nanoTime() + patience.toNanos();
        while (answered.get() - before < nanos && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Request ids of the answers that came whole. */
    Set<String> whole() {
        return whole;
    }

    List<Refused> refused() {
        return List.copyOf(refused);
    }

    /** Answers that nothing explains. */
    List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    Map<String, AtomicLong> statuses() {
        return statuses;
    }

    /** One call in order, with all of its bound used. */
    Reply call(int process, int key, int maxTokens) throws IOException {
        try (Caller caller = new Caller(fleet.port(process), keys.get(key))) {
            return caller.post("/v1/chat/completions", body("once", false, maxTokens))
                    .reply();
        }
    }

    private void call(Random random) {
        int key = random.nextInt(keys.size());
        int process = random.nextInt(fleet.size());
        String model = List.of("once", "twice", "safe").get(random.nextInt(3));
        boolean streams = random.nextBoolean();
        boolean leaves = random.nextInt(20) == 0;
        String body = body(model, streams, 1 + random.nextInt(OUTPUT_MAX));
        try (Caller caller = new Caller(fleet.port(process), keys.get(key))) {
            caller.post("/v1/chat/completions", body);
            if (leaves) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(8_000)));
                caller.vanish();
                count("left");
                return;
            }
            keep(caller.reply(), key);
        } catch (IOException e) {
            // Its process was killed under it, or is not there.
            count("broken");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private void keep(Reply reply, int key) {
        String code = reply.status() == 200 || !reply.whole() ? "" : reply.errorCode();
        count(reply.whole() ? reply.status() + " " + code : "cut");
        if (!reply.whole()) {
            return;
        }
        switch (reply.status()) {
            case 200 -> {
                if (reply.streamedErrorCode().isEmpty() && !whole.add(reply.requestId())) {
                    unexpected.add("twice the same request id: " + reply.requestId());
                }
            }
            case 429 -> {
                if (code.equals("cost_limit_exceeded")) {
                    refused.add(new Refused(key, System.currentTimeMillis()));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
            }
            case 502, 503, 504, 500 -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            default -> {
                if (unexpected.size() < 10) {
                    unexpected.add(reply.status() + ": " + reply.text());
                }
            }
        }
    }

    private void count(String what) {
        statuses.computeIfAbsent(what, name -> new AtomicLong()).incrementAndGet();
    }

    private static String body(String model, boolean streams, int maxTokens) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":" + maxTokens
                + (streams ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "")
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the scales\"}]}";
    }

    @Override
    public void to(Exchange exchange) throws IOException, InterruptedException {
        int bound = exchange.received().json().path("max_tokens").asInt(0);
        int fate;
        int completion;
        int delay;
        synchronized (provider) {
            fate = failing.get() ? provider.nextInt(100) : 100;
            completion = fate < 50 ? provider.nextInt(bound + 1) : bound;
            delay = provider.nextInt(6);
        }
        ChatAnswer answer = new ChatAnswer()
                .usage(ChatAnswer.usage(PROMPT_TOKENS, completion))
                .firstByteAfter(Duration.ofMillis(delay));
        if (fate == 0) {
            exchange.stall();
        } else if (fate < 4) {
            exchange.json(500, "{\"error\":{\"message\":\"out of order\",\"type\":\"server_error\"}}");
        } else if (fate < 7) {
            exchange.reset();
        } else if (fate < 10) {
            answer.cut(2, ChatAnswer.Cut.RESET).to(exchange);
        } else {
            answered.addAndGet(INPUT_NANOS * PROMPT_TOKENS + OUTPUT_NANOS * completion);
            answer.to(exchange);
        }
    }
}
