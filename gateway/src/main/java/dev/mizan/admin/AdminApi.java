package dev.mizan.admin;

import dev.mizan.messages.Texts;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The control plane: management of keys, reports, metrics, health and the pages. Handles every request that is not for
 * the data plane. Its endpoints are blocking code on virtual threads; safe for use by many event loops.
 */
public final class AdminApi implements Handler<HttpServerRequest>, AutoCloseable {
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("admin-", 0).factory());
    private final LiveFeed live;
    private final List<Endpoint> endpoints;
    private final Router router;

    /** An API that listens nowhere: requests are given to {@link #handle}, on an event loop and not paused. */
    public AdminApi(Vertx vertx, AdminParts parts) {
        Texts texts = new Texts();
        Sessions sessions = new Sessions(parts.keys(), parts.clock());
        Gate gate = new Gate(parts.licences().licences(), sessions, parts.clock());
        Dispatcher dispatcher = new Dispatcher(gate, texts, parts.settings(), parts.clock(), threads);
        CostGauges.register(parts);
        live = new LiveFeed(vertx, parts.ledger(), parts.keys(), sessions, parts.settings(), parts.clock());
        List<Endpoint> all = new ArrayList<>();
        ManagementParts management = parts.management();
        HolderSpend spend = new HolderSpend(management.limits(), management.balances(), management.adjustments());
        KeyAnswers keyAnswers = new KeyAnswers(parts.ledger(), management.holders(), management.directory(), spend);
        References references = new References(parts.keys(), management.holders(), management.directory());
        HolderCalls calls = new HolderCalls(management.holders(), management.directory(), spend, references);
        HeldKeys heldKeys = new HeldKeys(parts.keys(), keyAnswers);
        all.addAll(new KeyEndpoints(parts.keys(), keyAnswers, references).endpoints());
        all.addAll(new UserEndpoints(calls, heldKeys).endpoints());
        all.addAll(new TeamEndpoints(calls, heldKeys, parts.ledger()).endpoints());
        all.addAll(new TenantEndpoints(calls, heldKeys).endpoints());
        all.addAll(new CustomerEndpoints(calls).endpoints());
        all.addAll(new BudgetEndpoints(calls, references).endpoints());
        all.addAll(new PlanEndpoints(calls, references, management.plans()).endpoints());
        all.addAll(new AuditEndpoints(management.audit()).endpoints());
        all.addAll(new LedgerEndpoints(parts.ledger(), parts.pricing()).endpoints());
        all.addAll(new SpendEndpoints(parts.ledger()).endpoints());
        all.addAll(new CostEndpoints(parts.ledger(), spend, parts.costLimits(), texts).endpoints());
        all.addAll(new LicenceEndpoints(parts.licences(), parts.ledger(), texts).endpoints());
        all.addAll(new PriceEndpoints(parts.pricing()).endpoints());
        all.addAll(new AlertEndpoints(parts.alerts()).endpoints());
        all.addAll(new HealthEndpoints(parts.health(), parts.telemetry(), parts.deployments()).endpoints());
        all.addAll(new SessionEndpoints(gate, sessions, new SignInPacer(parts.clock()), parts.keys()).endpoints());
        all.add(Endpoint.get("/api/v1/live", Access.KEY, live::follow));
        endpoints = List.copyOf(all);
        router = router(vertx, dispatcher);
    }

    @Override
    public void handle(HttpServerRequest request) {
        router.handle(request);
    }

    /** Ends what is followed, and the threads; waits for what is being worked on. */
    @Override
    public void close() {
        live.close();
        threads.close();
    }

    /** All that the API does, the pages left out. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    private Router router(Vertx vertx, Dispatcher dispatcher) {
        Router routes = Router.router(vertx);
        Map<String, TreeSet<String>> methods = new LinkedHashMap<>();
        for (Endpoint endpoint : endpoints) {
            routes.route(endpoint.method(), endpoint.path()).handler(dispatcher.handler(endpoint));
            methods.computeIfAbsent(endpoint.path(), path -> new TreeSet<>())
                    .add(endpoint.method().name());
        }
        methods.forEach((path, allowed) ->
                routes.route(path).handler(context -> dispatcher.wrongMethod(context, String.join(", ", allowed))));
        routes.route(HttpMethod.GET, "/").handler(AdminApi::toPages);
        new Pages().mount(routes);
        routes.route().handler(dispatcher::notFound);
        routes.route().failureHandler(context -> dispatcher.fail(context, context.failure()));
        return routes;
    }

    private static void toPages(RoutingContext context) {
        context.response().setStatusCode(302).putHeader("location", "/ui/").end();
    }
}
