package dev.mizan.edge;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every path that the data plane serves, and what is called by it; operations, which the configuration names, and files
 * and batches come beside it. The listener knows no other path, so what a walk over {@link #entries} finds is all there
 * is. Immutable; safe for use by many threads.
 */
public final class CallTable {
    /** Stands in a path for the name of a model. */
    public static final String MODEL = "{model}";

    /** Where clients of Azure look for everything. */
    private static final String AZURE = "/openai";

    /** Where clients of Gemini's look for models: some of them, told another address, take version 1. */
    private static final List<String> GEMINI_MODELS = List.of("/v1beta/models", "/v1/models");

    private static final List<Entry> ENTRIES = List.copyOf(made());
    private static final Map<String, List<Entry>> FIXED = fixed();
    private static final List<Entry> OPEN =
            ENTRIES.stream().filter(Entry::namesModel).toList();

    private CallTable() {}

    /** What a path stands for. */
    public sealed interface Target {
        /** A call that can cost money. */
        record Paid(Route route) implements Target {}

        /** Counts the tokens of a call of this format that is not made. */
        record Count(WireFormat format) implements Target {}

        /** The list of models in this format, or one of them where the path names it. */
        record Models(WireFormat format) implements Target {}

        /** One model as Ollama tells it; the body names it. */
        record Show() implements Target {}

        /** Which version of Ollama's API this is. */
        record Version() implements Target {}
    }

    /**
     * One path that is served.
     *
     * @param path may have {@link #MODEL} in it, once
     */
    public record Entry(HttpMethod method, String path, Target target) {
        /** Whether the path names the model. */
        public boolean namesModel() {
            return path.contains(MODEL);
        }

        /** The model that {@code requested} names, if this is its path. */
        private Optional<String> model(String requested) {
            int at = path.indexOf(MODEL);
            String before = path.substring(0, at);
            String after = path.substring(at + MODEL.length());
            return requested.length() > before.length() + after.length()
                            && requested.startsWith(before)
                            && requested.endsWith(after)
                    ? Optional.of(URLDecoder.decode(
                            requested.substring(before.length(), requested.length() - after.length()),
                            StandardCharsets.UTF_8))
                    : Optional.empty();
        }
    }

    /** What a request calls: {@code model} is the one that its path names, or empty. */
    public record Found(Entry entry, String model) {}

    /** All of them. */
    public static List<Entry> entries() {
        return ENTRIES;
    }

    /** What {@code method} calls at {@code path}; empty if nothing is. */
    public static Optional<Found> find(HttpMethod method, String path) {
        List<Entry> fixed = FIXED.get(path);
        if (fixed != null) {
            for (Entry entry : fixed) {
                if (entry.method().equals(method)) {
                    return Optional.of(new Found(entry, ""));
                }
            }
            return Optional.empty();
        }
        for (Entry entry : OPEN) {
            if (entry.method().equals(method)) {
                Optional<Found> found = entry.model(path).map(model -> new Found(entry, model));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** Whether {@code path} is served by any method. */
    public static boolean isServed(String path) {
        return FIXED.containsKey(path)
                || OPEN.stream().anyMatch(entry -> entry.model(path).isPresent());
    }

    /** The method by which {@code path} is called, where {@link #find} knows it by another one only. */
    public static Optional<HttpMethod> otherMethod(String path) {
        List<Entry> fixed = FIXED.get(path);
        if (fixed != null) {
            return Optional.of(fixed.getFirst().method());
        }
        // What ends with a model's name may be anything.
        return OPEN.stream()
                .filter(entry ->
                        !entry.path().endsWith(MODEL) && entry.model(path).isPresent())
                .findFirst()
                .map(Entry::method);
    }

    private static List<Entry> made() {
        List<Entry> entries = new ArrayList<>();
        for (Route route : Route.values()) {
            for (String path : paths(route)) {
                entries.add(new Entry(HttpMethod.POST, path, new Target.Paid(route)));
            }
        }
        for (String prefix : List.of("/v1", "")) {
            entries.add(new Entry(
                    HttpMethod.POST,
                    prefix + "/messages/count_tokens",
                    new Target.Count(WireFormat.ANTHROPIC_MESSAGES)));
        }
        for (String models : GEMINI_MODELS) {
            entries.add(new Entry(
                    HttpMethod.POST, models + "/" + MODEL + ":countTokens", new Target.Count(WireFormat.GEMINI)));
        }
        models(entries, GEMINI_MODELS.getFirst(), WireFormat.GEMINI);
        entries.add(new Entry(HttpMethod.GET, "/api/tags", new Target.Models(WireFormat.OLLAMA)));
        entries.add(new Entry(HttpMethod.POST, "/api/show", new Target.Show()));
        entries.add(new Entry(HttpMethod.GET, "/api/version", new Target.Version()));
        for (String prefix : List.of("/v1", "", AZURE + "/v1", AZURE)) {
            models(entries, prefix + "/models", WireFormat.OPENAI_CHAT);
        }
        return entries;
    }

    /** Where a call of {@code route} may be made. */
    private static List<String> paths(Route route) {
        if (route.namesModelInPath()) {
            return GEMINI_MODELS.stream()
                    .map(models -> models + "/" + MODEL + ":" + route.method())
                    .toList();
        }
        if (route.format() == WireFormat.OLLAMA) {
            return List.of(route.path());
        }
        List<String> paths = new ArrayList<>(List.of(route.path(), route.upstreamPath()));
        switch (route) {
            case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS -> {
                paths.add(AZURE + "/v1" + route.upstreamPath());
                paths.add(AZURE + "/deployments/" + MODEL + route.upstreamPath());
            }
            case MODERATIONS -> {}
            case RESPONSES -> {
                paths.add(AZURE + "/v1" + route.upstreamPath());
                paths.add(AZURE + route.upstreamPath());
            }
            case MESSAGES, GENERATE_CONTENT, STREAM_GENERATE_CONTENT, OLLAMA_CHAT, OLLAMA_GENERATE -> {}
        }
        return paths;
    }

    private static void models(List<Entry> entries, String path, WireFormat format) {
        entries.add(new Entry(HttpMethod.GET, path, new Target.Models(format)));
        entries.add(new Entry(HttpMethod.GET, path + "/" + MODEL, new Target.Models(format)));
    }

    private static Map<String, List<Entry>> fixed() {
        Map<String, List<Entry>> fixed = new HashMap<>();
        for (Entry entry : ENTRIES) {
            if (!entry.namesModel()) {
                fixed.computeIfAbsent(entry.path(), path -> new ArrayList<>(1)).add(entry);
            }
        }
        return Map.copyOf(fixed);
    }
}
