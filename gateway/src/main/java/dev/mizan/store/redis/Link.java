package dev.mizan.store.redis;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pipelined connection, made again whenever it breaks. Nothing waits longer than the timeout: a command that is not
 * answered by then fails, and the connection is given up, since what came after it waits as well; while there is none,
 * commands fail at once. Belongs to one event loop.
 */
final class Link {
    /** How long making a connection may take. */
    static final int CONNECT_MILLIS_MAX = 1_000;

    /** Commands that may be under way; one more fails at once. */
    static final int PENDING_MAX = 20_000;

    private static final long RETRY_MILLIS_MIN = 50;
    private static final long RETRY_MILLIS_MAX = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    /** Hears of the connection, on its event loop. */
    interface Listener {
        void up();

        void down();
    }

    private static final class Pending {
        private final Promise<Answer> promise = Promise.promise();
        private final long deadlineNanos;
        private boolean isDone;

        private Pending(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }
    }

    private final Vertx vertx;
    private final Context loop;
    private final RedisOptions options;
    private final long timeoutNanos;
    private final LongSupplier nanos;
    private final Listener listener;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private Optional<Redis> client = Optional.empty();
    private Optional<RedisConnection> connection = Optional.empty();
    private long attempt;
    private int underWay;
    private long retryMillis = RETRY_MILLIS_MIN;
    private boolean isClosed;
    private boolean isSilent;

    Link(Vertx vertx, Context loop, RedisOptions options, long timeoutMillis, LongSupplier nanos, Listener listener) {
        this.vertx = vertx;
        this.loop = loop;
        this.options = options;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        this.nanos = nanos;
        this.listener = listener;
        long tick = Math.max(5, timeoutMillis / 10);
        loop.runOnContext(ignored -> {
            vertx.setPeriodic(tick, this::expire);
            connect();
        });
    }

    boolean isUp() {
        return connection.isPresent();
    }

    /** Runs {@code script}; fails with {@link RedisUnavailableException} if it is not answered in time. */
    Future<Answer> run(Script script, List<String> keys, Numbers numbers, List<String> texts) {
        if (connection.isEmpty() || underWay >= PENDING_MAX) {
            return Future.failedFuture(new RedisUnavailableException(
                    connection.isEmpty() ? "no connection" : underWay + " commands are under way"));
        }
        RedisConnection over = connection.get();
        Pending one = new Pending(nanos.getAsLong() + timeoutNanos);
        pending.add(one);
        underWay++;
        byte[] told = numbers.bytes();
        over.send(request(Command.EVALSHA, script.sha(), keys, told, texts)).onComplete(answered -> {
            if (answered.failed() && said(answered).startsWith("NOSCRIPT")) {
                over.send(request(Command.EVAL, script.source(), keys, told, texts))
                        .onComplete(again -> end(one, again));
            } else {
                end(one, answered);
            }
        });
        return one.promise.future();
    }

    void close() {
        isClosed = true;
        drop("closed");
    }

    private static Request request(
            Command command, String script, List<String> keys, byte[] numbers, List<String> texts) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        for (String key : keys) {
            request.arg(key);
        }
        request.arg(numbers);
        for (String text : texts) {
            request.arg(text);
        }
        return request;
    }

    private static String said(AsyncResult<Response> answered) {
        return String.valueOf(answered.cause().getMessage());
    }

    private void end(Pending one, AsyncResult<Response> answered) {
        if (one.isDone) {
            return;
        }
        one.isDone = true;
        underWay--;
        if (answered.succeeded()) {
            one.promise.complete(new Answer(answered.result()));
            return;
        }
        String said = said(answered);
        one.promise.fail(new RedisUnavailableException(said));
        if (said.startsWith("READONLY") || said.startsWith("LOADING") || said.startsWith("MASTERDOWN")) {
            drop(said);
        }
    }

    private void expire(long timer) {
        if (isClosed) {
            vertx.cancelTimer(timer);
            return;
        }
        long now = nanos.getAsLong();
        while (!pending.isEmpty()) {
            Pending first = pending.peek();
            if (!first.isDone && first.deadlineNanos - now > 0) {
                return;
            }
            if (!first.isDone) {
                drop("no answer within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
                return;
            }
            pending.poll();
        }
    }

    private void connect() {
        if (isClosed) {
            return;
        }
        long mine = ++attempt;
        Redis one = Redis.createClient(vertx, options);
        client = Optional.of(one);
        long timer = vertx.setTimer(CONNECT_MILLIS_MAX, ignored -> {
            if (mine == attempt && connection.isEmpty()) {
                drop("no connection within " + CONNECT_MILLIS_MAX + " ms");
            }
        });
        one.connect()
                .onComplete(made -> loop.runOnContext(ignored -> {
                    vertx.cancelTimer(timer);
                    if (mine != attempt || isClosed) {
                        one.close();
                    } else if (made.failed()) {
                        drop(String.valueOf(made.cause().getMessage()));
                    } else {
                        up(mine, made.result());
                    }
                }));
    }

    private void up(long mine, RedisConnection made) {
        connection = Optional.of(made);
        made.exceptionHandler(e -> dropIf(mine, String.valueOf(e.getMessage())));
        made.endHandler(ignored -> dropIf(mine, "the connection ended"));
        if (isSilent) {
            LOG.info("Redis answers again");
            isSilent = false;
        }
        listener.up();
    }

    private void dropIf(long mine, String why) {
        loop.runOnContext(ignored -> {
            if (mine == attempt) {
                drop(why);
            }
        });
    }

    /** Ends the connection, or making one, and tries again after a while. */
    private void drop(String why) {
        boolean wasUp = connection.isPresent();
        attempt++;
        connection = Optional.empty();
        client.ifPresent(Redis::close);
        client = Optional.empty();
        retryMillis = wasUp ? RETRY_MILLIS_MIN : Math.min(RETRY_MILLIS_MAX, 2 * retryMillis);
        if (!isSilent && !isClosed) {
            isSilent = true;
            LOG.warn("Redis can't be reached: {}", why);
        }
        RedisUnavailableException failure = new RedisUnavailableException(why);
        List<Pending> broken = List.copyOf(pending);
        pending.clear();
        underWay = 0;
        listener.down();
        for (Pending one : broken) {
            if (!one.isDone) {
                one.isDone = true;
                one.promise.fail(failure);
            }
        }
        if (!isClosed) {
            vertx.setTimer(retryMillis, ignored -> connect());
        }
    }
}
