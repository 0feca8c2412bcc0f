package dev.mizan.admin;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;

/**
 * The control plane: management of keys, reports, metrics, health and the pages. Handles every request that is not for
 * the data plane. Its handlers are blocking code on virtual threads; safe for use by many event loops.
 */
public final class AdminApi implements Handler<HttpServerRequest>, AutoCloseable {
    private final Router router;

    /** An API that listens nowhere: requests are given to {@link #handle}, on an event loop and not paused. */
    public AdminApi(Vertx vertx, AdminParts parts) {
        this.router = Router.router(vertx);
        new Pages().mount(router);
    }

    @Override
    public void handle(HttpServerRequest request) {
        router.handle(request);
    }

    @Override
    public void close() {}
}
