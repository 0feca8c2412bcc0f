package dev.mizan.alert;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real HTTP server that takes posts, and answers as a test says. */
final class Receiver implements AutoCloseable {
    /** One post. */
    record Received(String path, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    final List<Received> received = new CopyOnWriteArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private volatile int status = 200;
    private volatile String location = "";
    private volatile boolean silent;

    Receiver() {
        server = vertx.createHttpServer()
                .requestHandler(this::take)
                .listen(0, "127.0.0.1")
                .await();
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    int port() {
        return server.actualPort();
    }

    void answer(int status) {
        this.status = status;
    }

    void redirect(String location) {
        this.status = 302;
        this.location = location;
    }

    /** From now on it takes posts and never answers. */
    void fallSilent() {
        silent = true;
    }

    private void take(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            Map<String, String> headers = new java.util.HashMap<>();
            request.headers()
                    .forEach(header ->
                            headers.put(header.getKey().toLowerCase(java.util.Locale.ROOT), header.getValue()));
            received.add(new Received(request.path(), headers, body.toString()));
            if (silent) {
                return;
            }
            request.response().setStatusCode(status);
            if (!location.isEmpty()) {
                request.response().putHeader("location", location);
            }
            var _ = request.response().end("ok");
        });
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
