package dev.mizan;

import dev.mizan.config.NearestName;
import dev.mizan.config.Settings;
import dev.mizan.dialect.ErrorStyle;
import dev.mizan.edge.CallTable;
import dev.mizan.operation.OperationSettings;
import dev.mizan.operation.OperationSettings.Hint;
import dev.mizan.operation.OperationSettings.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code operations}. */
final class OperationsReader {
    /** Where the gateway itself answers. */
    private static final List<String> TAKEN = List.of(
            "/v1/",
            "/v1beta/",
            "/api/",
            "/ui",
            "/key/",
            "/user/",
            "/team/",
            "/organization/",
            "/customer/",
            "/end_user/",
            "/budget/",
            "/tag/",
            "/health",
            "/metrics",
            "/openai/");

    /** The one part below {@code /api/} where operations may be. */
    private static final String FREE = "/api/v1/ai/";

    private final Set<String> aliases;

    OperationsReader(Set<String> aliases) {
        this.aliases = aliases;
    }

    Map<String, OperationSettings> read(Settings operations) {
        Map<String, OperationSettings> read = new LinkedHashMap<>();
        operations.groups().forEach((path, group) -> read.put(path, operation(path, group)));
        return read;
    }

    private OperationSettings operation(String path, Settings operation) {
        boolean isTaken =
                (TAKEN.stream().anyMatch(path::startsWith) && !path.startsWith(FREE)) || CallTable.isServed(path);
        if (isTaken || !path.matches("(/[A-Za-z0-9._-]+)+")) {
            operation.refuse(
                    "",
                    "'" + path + "' can't be served (expected: a path such as /agent/chat, or one below " + FREE + ")");
        }
        String model = operation.text("model", "");
        if (!aliases.contains(model)) {
            operation.refuse("model", "'" + model + "' (expected: one of 'models')" + NearestName.hint(model, aliases));
        }
        Kind kind = operation.text("kind", Kind.TEXT.label()).equals(Kind.DOCUMENT.label()) ? Kind.DOCUMENT : Kind.TEXT;
        return new OperationSettings(
                path,
                kind,
                operation.text(
                        "operation",
                        kind == Kind.DOCUMENT ? "document_analysis" : path.substring(path.lastIndexOf('/') + 1)),
                model,
                operation.text("system", ""),
                operation.text("prompt", kind == Kind.DOCUMENT ? "{hint}\n\n{content}" : "{message}"),
                operation.integer("max_output_tokens", 0),
                operation.flag("json", kind == Kind.DOCUMENT),
                errorStyle(operation),
                hints(operation),
                operation.texts("document_types"));
    }

    /** {@code error_style} of an operation or a model. */
    static ErrorStyle errorStyle(Settings settings) {
        return settings.text("error_style", "").equals(ErrorStyle.COST_TRACKING.label())
                ? ErrorStyle.COST_TRACKING
                : ErrorStyle.DIALECT;
    }

    private static List<Hint> hints(Settings operation) {
        List<Hint> hints = new ArrayList<>();
        for (Settings hint : operation.list("hints")) {
            String filename = hint.text("filename", "");
            try {
                hints.add(new Hint(Pattern.compile(filename).pattern(), hint.text("hint", "")));
            } catch (PatternSyntaxException e) {
                hint.refuse(
                        "filename", "'" + filename + "' (expected: a regular expression: " + e.getDescription() + ")");
            }
        }
        return hints;
    }
}
