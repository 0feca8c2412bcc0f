package dev.mizan.admin;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Serves the pages: the files of {@code ui/} and, below {@code /ui/vendor/}, those of the script libraries, straight
 * from their jars. Nothing comes from another address, and the headers forbid the browser to ask for anything else.
 *
 * <p>A file is read and compressed once and then kept, so memory is bounded by the files there are. Safe for use by
 * many threads.
 */
public final class Pages implements Handler<RoutingContext> {
    /** What a page may load and do. No inline script, no inline style, no other origin, no frame around it. */
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
            + "frame-ancestors 'none'";

    private static final String ROOT = "/ui/";
    private static final Pattern FILE = Pattern.compile("(?:[a-z0-9_-]+/)*[a-z0-9_-]+(?:\\.[a-z0-9_-]+)+");
    private static final int PATH_LENGTH_MAX = 200;
    private static final int COMPRESSED_SIZE_MIN = 1_024;

    /** The libraries that a page may import, by the first folder below {@code vendor/}. */
    private static final Map<String, Library> LIBRARIES = Map.of(
            "lit-html", new Library("org.mvnpm", "lit-html"),
            "reactive-element", new Library("org.mvnpm.at.lit", "reactive-element"),
            "echarts", new Library("org.mvnpm", "echarts"));

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, Asset> assets = new ConcurrentHashMap<>();

    /**
     * Adds the pages to a router. Paths below {@code /ui/} that are no file are left to the routes after it.
     *
     * @param router the router of the control plane
     */
    public void mount(Router router) {
        router.route("/ui").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(context -> {
            // "/ui" matches "/ui/" too; only the bare one lacks the slash that relative addresses rest on.
            if (context.request().path().equals("/ui")) {
                context.response()
                        .setStatusCode(308)
                        .putHeader("location", ROOT)
                        .end();
            } else {
                handle(context);
            }
        });
        router.route("/ui/*").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this);
    }

    @Override
    public void handle(RoutingContext context) {
        String path = context.request().path();
        String name = path.equals(ROOT) ? "index.html" : path.substring(Math.min(path.length(), ROOT.length()));
        Asset kept = assets.get(name);
        if (kept != null) {
            send(context, kept);
            return;
        }
        if (name.length() > PATH_LENGTH_MAX || !FILE.matcher(name).matches()) {
            context.next();
            return;
        }
        // Reading a jar and compressing a megabyte would hold up an event loop.
        context.vertx()
                .executeBlocking(() -> load(name), false)
                .onSuccess(found -> found.ifPresentOrElse(asset -> send(context, asset), context::next))
                .onFailure(context::fail);
    }

    private static void send(RoutingContext context, Asset asset) {
        HttpServerResponse response = context.response()
                .putHeader("content-security-policy", CONTENT_SECURITY_POLICY)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-opener-policy", "same-origin")
                .putHeader("cross-origin-resource-policy", "same-origin")
                // Asked for again each time, answered by 304: a page never runs with half of an older release.
                .putHeader("cache-control", "no-cache")
                .putHeader("vary", "accept-encoding")
                .putHeader("etag", asset.tag())
                .putHeader("content-type", asset.type());
        if (asset.tag().equals(context.request().getHeader("if-none-match"))) {
            response.setStatusCode(304).end();
            return;
        }
        Buffer body = asset.plain();
        String accepted = context.request().getHeader("accept-encoding");
        if (accepted != null && accepted.contains("gzip") && asset.compressed().length() > 0) {
            response.putHeader("content-encoding", "gzip");
            body = asset.compressed();
        }
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader("content-length", String.valueOf(body.length())).end();
        } else {
            response.end(body);
        }
    }

    private Optional<Asset> load(String name) throws IOException {
        try (InputStream in = open(name)) {
            byte[] bytes = in.readAllBytes();
            if (bytes.length == 0) {
                return Optional.empty();
            }
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
            byte[] compressed = bytes.length < COMPRESSED_SIZE_MIN ? new byte[0] : compress(bytes);
            Asset asset = new Asset(type, Buffer.buffer(bytes), Buffer.buffer(compressed), tag(bytes));
            assets.put(name, asset);
            return Optional.of(asset);
        }
    }

    /** The file's bytes; none if there is no such file. */
    private static InputStream open(String name) {
        String resource = "/ui/" + name;
        if (name.startsWith("vendor/")) {
            String rest = name.substring("vendor/".length());
            int slash = rest.indexOf('/');
            Library library = slash < 0 ? null : LIBRARIES.get(rest.substring(0, slash));
            if (library == null) {
                return InputStream.nullInputStream();
            }
            resource = library.folder() + rest.substring(slash);
        }
        InputStream in = Pages.class.getResourceAsStream(resource);
        return in == null ? InputStream.nullInputStream() : in;
    }

    private static byte[] compress(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(hash, 0, 12) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every Java)", e);
        }
    }

    /** A file ready to send; {@code compressed} is empty where compressing is not worth it. */
    private record Asset(String type, Buffer plain, Buffer compressed, String tag) {}

    /** A script library in its jar. */
    private record Library(String group, String artifact) {
        /** The folder of its files. The version in it is the jar's own, so that the build names it only once. */
        String folder() {
            String resource = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
            Properties properties = new Properties();
            try (InputStream in = Pages.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException(resource + ": missing (expected: on the class path)");
                }
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return "/META-INF/resources/_static/" + artifact + "/" + properties.getProperty("version");
        }
    }
}
