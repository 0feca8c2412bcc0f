package dev.mizan.alert;

import dev.mizan.alert.Channel.Sent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Posts JSON to addresses that an operator gave. The name is resolved once, every address it has is checked against
 * {@link InternalNetworks}, and the connection goes to the address that was checked, whatever the name says a moment
 * later. Redirects are not followed; of the answer only the status is read. Blocking; safe for use by many threads.
 */
final class Post implements AutoCloseable {
    /** How long a post may take in all. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int CONNECTIONS_MAX = 4;
    private static final int HEADER_BYTES_MAX = 16_384;

    private final HttpClient client;
    private final Resolver resolver;
    private final Duration patience;

    /** Finds the addresses of a name. Blocking. */
    @FunctionalInterface
    interface Resolver {
        /** The system's. */
        Resolver SYSTEM = InetAddress::getAllByName;

        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    Post(Vertx vertx, Resolver resolver, Duration patience) {
        this.resolver = resolver;
        this.patience = patience;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) CONNECT.toMillis())
                        .setKeepAlive(false)
                        .setMaxHeaderSize(HEADER_BYTES_MAX)
                        .setMaxRedirects(0),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
    }

    /**
     * Posts {@code body}; taken if the answer is 2xx.
     *
     * @param allowInternal whether it may go to an internal network
     */
    Sent json(URI address, byte[] body, Map<String, String> headers, boolean allowInternal) {
        boolean tls = "https".equalsIgnoreCase(address.getScheme());
        String host = host(address);
        InetAddress[] found;
        try {
            found = resolver.resolve(host);
        } catch (UnknownHostException e) {
            return new Sent.Failed("the host " + host + " is not known");
        }
        if (found.length == 0) {
            return new Sent.Failed("the host " + host + " has no address");
        }
        if (!allowInternal && List.of(found).stream().anyMatch(InternalNetworks::contains)) {
            return new Sent.Failed("the host " + host
                    + " is in an internal network (expected: alerts.allow_internal: true, or an address outside)");
        }
        int port = address.getPort() >= 0 ? address.getPort() : tls ? 443 : 80;
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(host)
                .setPort(port)
                .setSsl(tls)
                .setServer(SocketAddress.inetSocketAddress(port, found[0].getHostAddress()))
                .setURI(target(address))
                .setFollowRedirects(false);
        options.putHeader("content-type", "application/json").putHeader("user-agent", "mizan");
        headers.forEach(options::putHeader);
        return send(options, Buffer.buffer(body), host);
    }

    @Override
    public void close() {
        client.close().toCompletionStage().toCompletableFuture().join();
    }

    private Sent send(RequestOptions options, Buffer body, String host) {
        List<HttpClientRequest> open = new CopyOnWriteArrayList<>();
        Future<Integer> status = client.request(options).compose(request -> {
            open.add(request);
            return request.send(body).map(HttpClientResponse::statusCode).onComplete(done -> close(request));
        });
        try {
            int code = status.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (code >= 200 && code < 300) {
                return new Sent.Taken();
            }
            return new Sent.Failed(
                    code >= 300 && code < 400 ? "redirected with " + code + ", which is not followed" : "HTTP " + code);
        } catch (ExecutionException e) {
            return new Sent.Failed(explained(Objects.requireNonNullElse(e.getCause(), e), host));
        } catch (TimeoutException e) {
            open.forEach(Post::close);
            return new Sent.Failed("no answer from " + host + " in " + patience.toMillis() + " ms");
        } catch (InterruptedException e) {
            open.forEach(Post::close);
            Thread.currentThread().interrupt();
            return new Sent.Failed("interrupted");
        }
    }

    /** The connection serves one post: whatever else the answer brings is not read. */
    private static void close(HttpClientRequest request) {
        request.connection().close();
    }

    /** In words of ours: a library's may have the address in them. */
    private static String explained(Throwable failure, String host) {
        if (failure instanceof SSLException) {
            return "no TLS with " + host;
        }
        if (failure instanceof java.net.ConnectException
                || failure instanceof io.netty.channel.ConnectTimeoutException) {
            return "can't connect to " + host;
        }
        return "no answer from " + host + " (" + failure.getClass().getSimpleName() + ")";
    }

    private static String host(URI address) {
        String host = address.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host.toLowerCase(Locale.ROOT);
    }

    private static String target(URI address) {
        String path = address.getRawPath();
        String target = path == null || path.isEmpty() ? "/" : path;
        return address.getRawQuery() == null ? target : target + "?" + address.getRawQuery();
    }
}
