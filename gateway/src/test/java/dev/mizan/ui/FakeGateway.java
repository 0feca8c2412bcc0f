package dev.mizan.ui;

import dev.mizan.admin.Pages;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The pages over an API whose answers a test decides: for what a real gateway does not do on demand (an exact figure, a
 * failure, a session that ends). Safe for use by many threads.
 */
final class FakeGateway implements AutoCloseable {
    static final String MASTER_KEY = "sk-mizan-master";
    static final String USER_KEY = "sk-mizan-user";
    private static final String COOKIE = "mizan_session";

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final List<HttpServerResponse> followers = new CopyOnWriteArrayList<>();
    private volatile FakeBooks books;
    private volatile boolean ended;
    private volatile Optional<Refusal> refusal = Optional.empty();

    FakeGateway(FakeBooks books) {
        this.books = books;
        Router router = Router.router(vertx);
        router.post().handler(BodyHandler.create(false));
        router.post("/ui/login").handler(this::onLogin);
        router.post("/ui/logout").handler(this::onLogout);
        router.get("/ui/session").handler(this::onSession);
        router.route("/api/*").handler(this::onApi);
        router.get("/api/v1/overview").handler(context -> context.json(this.books.overview(isAdmin(context))));
        router.get("/api/v1/ledger").handler(context -> context.json(this.books.ledger()));
        router.get("/api/v1/ledger/:id/explain")
                .handler(context -> context.json(this.books.explanation(context.pathParam("id"))));
        router.get("/api/v1/live").handler(this::onLive);
        new Pages().mount(router);
        this.server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await();
    }

    /** The page's origin, without a slash at its end. */
    String origin() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Replaces what the API answers. */
    void books(FakeBooks newBooks) {
        books = newBooks;
    }

    FakeBooks books() {
        return books;
    }

    /** From now on every call of the report API is answered by this error. */
    void refuse(int status, String message) {
        refusal = Optional.of(new Refusal(status, message));
    }

    /** From now on the report API answers again. */
    void recover() {
        refusal = Optional.empty();
    }

    /** Books a line and tells all followers. */
    void publish(JsonObject line) {
        books.add(line);
        for (HttpServerResponse follower : followers) {
            follower.write("event: line\ndata: " + line.encode() + "\n\n");
            follower.write("event: totals\ndata: " + books.overview(true).encode() + "\n\n");
        }
    }

    /** From now on nobody is signed in who was. */
    void endSessions() {
        ended = true;
        dropFollowers();
    }

    /** Breaks every live connection. */
    void dropFollowers() {
        List<HttpServerResponse> dropped = List.copyOf(followers);
        followers.clear();
        dropped.forEach(HttpServerResponse::reset);
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private void onLogin(RoutingContext context) {
        String key = context.body().asJsonObject().getString("key", "");
        if (key.equals("slow down")) {
            context.response().putHeader("retry-after", "7");
            error(context, 429, "Too many failed sign-ins.");
        } else if (key.equals(MASTER_KEY) || key.equals(USER_KEY)) {
            String role = key.equals(MASTER_KEY) ? "admin" : "user";
            context.response().putHeader("set-cookie", COOKIE + "=" + role + "; Path=/; HttpOnly; SameSite=Strict");
            context.json(new JsonObject().put("role", role).put("csrf", "csrf-token"));
        } else {
            error(context, 401, "Unknown key.");
        }
    }

    private void onLogout(RoutingContext context) {
        if (!"csrf-token".equals(context.request().getHeader("x-csrf-token"))) {
            error(context, 403, "CSRF token missing.");
            return;
        }
        context.response().putHeader("set-cookie", COOKIE + "=; Path=/; Max-Age=0");
        context.json(new JsonObject());
    }

    private void onSession(RoutingContext context) {
        if (role(context).isEmpty()) {
            error(context, 401, "Not signed in.");
            return;
        }
        context.json(new JsonObject()
                .put("role", role(context))
                .put("key_alias", isAdmin(context) ? "" : "ayşe-laptop")
                .put("csrf", "csrf-token")
                .put("time_zone", FakeBooks.ZONE.getId())
                .put("currency", "USD")
                .put("language", "en"));
    }

    private void onApi(RoutingContext context) {
        if (role(context).isEmpty()) {
            error(context, 401, "Not signed in.");
            return;
        }
        refusal.ifPresentOrElse(known -> error(context, known.status(), known.message()), context::next);
    }

    private void onLive(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.setChunked(true).putHeader("content-type", "text/event-stream").putHeader("cache-control", "no-store");
        response.closeHandler(gone -> followers.remove(response));
        response.write("retry: 200\n\n");
        followers.add(response);
    }

    private boolean isAdmin(RoutingContext context) {
        return role(context).equals("admin");
    }

    private String role(RoutingContext context) {
        var cookie = context.request().getCookie(COOKIE);
        return cookie == null || ended ? "" : cookie.getValue();
    }

    private static void error(RoutingContext context, int status, String message) {
        context.response().setStatusCode(status);
        context.json(new JsonObject()
                .put("error", new JsonObject().put("message", message).put("type", "error")));
    }

    /** How the report API refuses. */
    private record Refusal(int status, String message) {}

    /** A JSON array of these objects. */
    static JsonArray arrayOf(List<JsonObject> objects) {
        return new JsonArray(List.copyOf(objects));
    }
}
