package dev.mizan.relay;

import dev.mizan.admission.LimitRefusals;
import dev.mizan.admission.LimitStore;
import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.edge.Listener;
import dev.mizan.edge.ServerSettings;
import dev.mizan.identity.Authenticator;
import dev.mizan.identity.Directory;
import dev.mizan.ledger.JournalAppender;
import dev.mizan.operation.Operation;
import dev.mizan.relay.Relay.Parts;
import dev.mizan.telemetry.CallMetrics;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The data plane: a listener and a {@link Relay} on every event loop. Safe for use by many threads.
 */
public final class DataPlane {
    private static final int ANY_PORT = -1;
    private static final long DRAIN_CHECK_MILLIS = 20;

    private final Vertx vertx;
    private final ServerSettings server;
    private final Parts parts;
    private final ModelLists models;
    private final Handler<HttpServerRequest> others;
    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private final AtomicInteger port = new AtomicInteger();
    private final SecureRandom seeds = new SecureRandom();

    /**
     * A data plane that has not started.
     *
     * @param snapshot the configuration in force; read once a call
     * @param directory what callers hold
     * @param limits the counters of limits
     * @param refusals how limits refuse
     * @param clock for times on lines; never for durations
     * @param nanoTime a nanosecond source for durations and deadlines
     * @param others gets every request that is no call: management, reports, pages
     */
    public DataPlane(
            Vertx vertx,
            ServerSettings server,
            Supplier<Snapshot> snapshot,
            Authenticator authenticator,
            Directory directory,
            LimitStore limits,
            LimitRefusals refusals,
            JournalAppender journal,
            CallMetrics metrics,
            Clock clock,
            LongSupplier nanoTime,
            Handler<HttpServerRequest> others) {
        this.vertx = vertx;
        this.server = server;
        this.others = others;
        this.parts = new Parts(
                snapshot,
                authenticator,
                directory,
                limits,
                refusals,
                journal,
                metrics,
                clock,
                nanoTime,
                server.maxBodyBytes());
        this.models = new ModelLists(parts);
    }

    /**
     * Starts to listen.
     *
     * @param eventLoops how many event loops take calls, ≥ 1; one a processor is right
     * @return the port; fails if it is taken
     */
    public Future<Integer> start(int eventLoops) {
        return vertx.deployVerticle(Loop::new, new DeploymentOptions().setInstances(eventLoops))
                .map(id -> port.get());
    }

    /** The port it listens on; 0 before it does. */
    public int port() {
        return port.get();
    }

    /** How many calls are under way. */
    public int inFlight() {
        int sum = 0;
        for (Loop loop : loops) {
            sum += loop.relay == null ? 0 : loop.relay.inFlight();
        }
        return sum;
    }

    /** Takes no new calls, waits for those under way, at most for {@code patience}, and ends the rest. */
    public Future<Void> stop(Duration patience) {
        for (Loop loop : loops) {
            loop.stopTaking();
        }
        Promise<Void> drained = Promise.promise();
        long deadline = parts.nanoTime().getAsLong() + patience.toNanos();
        awaitDrained(drained, deadline);
        return drained.future()
                .compose(done -> Future.join(loops.stream().map(Loop::close).toList()))
                .mapEmpty();
    }

    private void awaitDrained(Promise<Void> drained, long deadlineNanos) {
        if (inFlight() == 0 || parts.nanoTime().getAsLong() - deadlineNanos >= 0) {
            drained.complete();
        } else {
            vertx.setTimer(DRAIN_CHECK_MILLIS, id -> awaitDrained(drained, deadlineNanos));
        }
    }

    /** What runs on one event loop. */
    private final class Loop extends VerticleBase implements Listener.Calls {
        private @Nullable Relay relay;
        private @Nullable Listener listener;

        @Override
        public Future<?> start() {
            SplittableRandom random = new SplittableRandom(seeds.nextLong());
            relay = new Relay(vertx, parts, random::nextLong);
            listener = new Listener(vertx, server, this, others);
            loops.add(this);
            return listener.listen(server.port() == 0 ? ANY_PORT : server.port())
                    .onSuccess(port::set);
        }

        @Override
        public void call(HttpServerRequest request, Route route, String model) {
            if (relay != null) {
                relay.serve(request, route, model);
            }
        }

        @Override
        public void count(HttpServerRequest request, WireFormat format, String model) {
            new TokenCounts(vertx, parts).serve(request, format, model);
        }

        @Override
        public boolean operation(HttpServerRequest request, String path) {
            Optional<Operation> operation = parts.snapshot().get().operation(path);
            if (operation.isEmpty() || relay == null) {
                return false;
            }
            if (request.method().equals(HttpMethod.POST)) {
                relay.serve(request, operation.get());
            } else {
                Listener.wrongMethod(request, "POST");
            }
            return true;
        }

        @Override
        public void models(HttpServerRequest request, WireFormat format, String id) {
            models.serve(request, format, id);
        }

        @Override
        public void show(HttpServerRequest request) {
            models.show(request);
        }

        @Override
        public void version(HttpServerRequest request) {
            models.version(request);
        }

        private void stopTaking() {
            context.runOnContext(ignored -> {
                if (relay != null) {
                    relay.stopTaking();
                }
            });
        }

        private Future<Void> close() {
            Promise<Void> closed = Promise.promise();
            context.runOnContext(ignored -> {
                if (relay != null) {
                    relay.close();
                }
                Future<Void> ending = listener == null ? Future.succeededFuture() : listener.close();
                ending.onComplete(closed);
            });
            return closed.future();
        }
    }
}
