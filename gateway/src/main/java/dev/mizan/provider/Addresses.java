package dev.mizan.provider;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.provider.ProviderSettings.Kind;
import dev.mizan.provider.vertex.ServiceAccount;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Where a provider's calls go. Belongs to one event loop. */
final class Addresses {
    private static final int REMEMBERED_MAX = 1000;
    private static final int TLS_PORT = 443;
    private static final int PLAIN_PORT = 80;
    private static final String MESSAGES = "/v1/messages";
    private static final String VERSION = "/v1";

    private final ProviderSettings settings;
    private final String host;
    private final int port;
    private final boolean tls;
    private final String basePath;
    private final Map<Place, String> places = new HashMap<>();

    /** All that an address hangs on. */
    private record Place(Route route, WireFormat format, String model, boolean streaming) {}

    Addresses(ProviderSettings settings) {
        this.settings = settings;
        URI base = settings.baseUrl();
        this.tls = "https".equalsIgnoreCase(base.getScheme());
        this.host = base.getHost();
        this.port = base.getPort() >= 0 ? base.getPort() : tls ? TLS_PORT : PLAIN_PORT;
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        // Ollama's own calls have no version in their path.
        this.basePath = settings.kind() == Kind.OLLAMA && path.endsWith(VERSION)
                ? path.substring(0, path.length() - VERSION.length())
                : path;
    }

    boolean isTls() {
        return tls;
    }

    /** What requests have as {@code Host}. */
    String authority() {
        return port == (tls ? TLS_PORT : PLAIN_PORT) ? host : host + ":" + port;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** The path and query of {@code call}. */
    String of(Outgoing call) {
        if (places.size() > REMEMBERED_MAX) {
            places.clear();
        }
        return places.computeIfAbsent(
                new Place(call.route(), call.format(), call.model(), call.streaming()),
                place -> basePath + path(place));
    }

    private String path(Place place) {
        Route route = place.route();
        return switch (settings.kind()) {
            case OPENAI, OPENAI_COMPATIBLE, SIMULATED, RULES -> route.upstreamPath();
            case ANTHROPIC -> MESSAGES;
            case OLLAMA -> ollama(place);
            case AZURE_OPENAI -> azure(place);
            case GEMINI -> gemini(place);
            case BEDROCK -> bedrock(place);
            case VERTEX -> vertex(place);
        };
    }

    /** See https://docs.ollama.com/api. */
    private static String ollama(Place place) {
        boolean isAsked = place.format() != WireFormat.OLLAMA || place.route().format() == WireFormat.OLLAMA;
        return isAsked ? place.route().path() : "/api/chat";
    }

    /** See https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html. */
    private static String bedrock(Place place) {
        boolean isAnthropic = place.format() == WireFormat.ANTHROPIC_MESSAGES;
        String method = isAnthropic
                ? place.streaming() ? "/invoke-with-response-stream" : "/invoke"
                : place.streaming() ? "/converse-stream" : "/converse";
        return "/model/" + encoded(place.model()) + method;
    }

    /** See https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest. */
    private String vertex(Place place) {
        if (!(settings.own() instanceof KindSettings.Google(String project, String location, ServiceAccount _))) {
            throw new IllegalStateException("own: " + settings.own() + " (expected: those of vertex)");
        }
        boolean isAnthropic = place.format() == WireFormat.ANTHROPIC_MESSAGES;
        String method = isAnthropic
                ? place.streaming() ? "streamRawPredict" : "rawPredict"
                : place.streaming() ? "streamGenerateContent?alt=sse" : "generateContent";
        // Versions of models are behind an @, which a path may have.
        return "/v1/projects/" + encoded(project) + "/locations/" + encoded(location) + "/publishers/"
                + (isAnthropic ? "anthropic" : "google") + "/models/"
                + encoded(place.model()).replace("%40", "@") + ":" + method;
    }

    /** See https://ai.google.dev/api/generate-content. */
    private static String gemini(Place place) {
        String stream = place.route() == Route.STREAM_GENERATE_CONTENT ? "?alt=sse" : "";
        return "/v1beta/models/" + encoded(place.model()) + ":" + place.route().method() + stream;
    }

    /** See https://learn.microsoft.com/azure/ai-services/openai/reference. */
    private String azure(Place place) {
        if (place.format() == WireFormat.OPENAI_RESPONSES) {
            return "/openai/v1/responses";
        }
        return "/openai/deployments/" + encoded(place.model()) + place.route().upstreamPath() + "?api-version="
                + settings.apiVersion();
    }

    private static String encoded(String model) {
        return URLEncoder.encode(model, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }
}
