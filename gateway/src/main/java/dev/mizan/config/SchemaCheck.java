package dev.mizan.config;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Checks a document against a JSON Schema and says what is wrong in an operator's words: the place, the value, what was
 * expected and, for a misspelt name, what was meant. The schema is the one list of what can be set.
 *
 * <p>Beside the standard's keywords it understands: {@code writeOnly} marks a secret, whose value is never printed;
 * {@code title} says what a {@code pattern} expects; a reference to {@code #/$defs/later} is a setting that this
 * version can't act on, and {@code "$comment": "later: A, B"} such values of an {@code enum}.
 */
final class SchemaCheck {
    private static final String LATER = "not available in this version";

    private final JsonNode schemaTree;
    private final Schema schema;

    /** @param schemaText a JSON Schema of draft 2020-12 */
    SchemaCheck(String schemaText) {
        this.schemaTree = JsonMapper.shared().readTree(schemaText);
        this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schemaTree);
    }

    /**
     * Everything that is wrong with {@code document}, in no particular order. A value that came from a variable and is
     * a number where a text is expected, or the other way round, is first turned into what is expected.
     */
    List<Problem> check(YamlDocument document) {
        List<Error> errors = schema.validate(document.root());
        boolean converted = false;
        for (Error error : errors) {
            converted |= error.getKeyword().equals("type") && convert(document, error);
        }
        List<Problem> problems = new ArrayList<>();
        for (Error error : converted ? schema.validate(document.root()) : errors) {
            problems.add(problem(document, error));
        }
        return problems;
    }

    /** A variable's value is text: makes it what the schema wants, if it can be that. */
    private static boolean convert(YamlDocument document, Error error) {
        String pointer = pointer(error.getInstanceLocation());
        YamlDocument.Place place = document.place(pointer);
        if (!place.substituted()) {
            return false;
        }
        String expected = error.getSchemaNode().toString();
        Optional<JsonNode> value = Optional.empty();
        if (expected.contains("string")) {
            value = Optional.of(JsonNodeFactory.instance.stringNode(place.text()));
        } else if (expected.contains("boolean") && place.text().matches("true|false")) {
            value = Optional.of(JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(place.text())));
        } else if (expected.contains("integer") || expected.contains("number")) {
            value = Scalars.number(place.text()).map(Scalars::node);
        }
        value.ifPresent(node -> document.replace(pointer, node));
        return value.isPresent();
    }

    private Problem problem(YamlDocument document, Error error) {
        String pointer = pointer(error.getInstanceLocation());
        JsonNode rule = rule(error);
        return switch (error.getKeyword()) {
            case "additionalProperties" -> {
                String name = error.getProperty();
                yield document.keyProblem(
                        YamlDocument.child(pointer, name),
                        "unknown setting" + NearestName.hint(name, names(rule.path("properties"))));
            }
            case "propertyNames" -> {
                String name = error.getProperty();
                yield document.keyProblem(
                        YamlDocument.child(pointer, name),
                        "'" + name + "' can't be a name here" + expected(title(resolve(rule.path("propertyNames")))));
            }
            case "required" -> document.keyProblem(pointer, "has no '" + error.getProperty() + "'");
            case "not" -> document.keyProblem(pointer, LATER);
            case "enum" -> enumProblem(document, pointer, rule);
            default -> document.problem(pointer, shown(document, pointer, rule) + expected(wanted(error, rule)));
        };
    }

    private static Problem enumProblem(YamlDocument document, String pointer, JsonNode rule) {
        List<String> allowed = new ArrayList<>();
        rule.path("enum").forEach(value -> allowed.add(value.asString()));
        String value = document.place(pointer).text();
        List<String> later = List.of(
                rule.path("$comment").asString("").replace("later: ", "").split(", "));
        if (allowed.equals(List.of("")) || later.contains(value)) {
            return document.keyProblem(pointer, value.isEmpty() || allowed.contains("") ? LATER : value + ": " + LATER);
        }
        return document.problem(
                pointer,
                shown(document, pointer, rule)
                        + expected("one of " + String.join(", ", allowed))
                        + NearestName.hint(value, allowed));
    }

    /** What was expected, in words. */
    private static String wanted(Error error, JsonNode rule) {
        String title = title(rule);
        if (!title.isEmpty()) {
            return title;
        }
        return switch (error.getKeyword()) {
            case "type" -> typeWords(rule.path("type"));
            case "minimum", "maximum" ->
                rule.has("maximum")
                        ? rule.path("minimum").asString() + " to "
                                + rule.path("maximum").asString()
                        : "at least " + rule.path("minimum").asString();
            case "exclusiveMinimum" ->
                "more than " + rule.path("exclusiveMinimum").asString();
            case "minLength" -> "not empty";
            case "maxLength" -> "at most " + rule.path("maxLength").asString() + " characters";
            case "minItems" -> "at least one";
            default -> error.getMessage();
        };
    }

    private static String typeWords(JsonNode type) {
        if (type.isArray()) {
            return type.valueStream().map(SchemaCheck::typeWords).collect(Collectors.joining(" or "));
        }
        return switch (type.asString()) {
            case "object" -> "settings, 'name: value'";
            case "array" -> "a list";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            default -> "a text";
        };
    }

    /** The value as the file has it: before substitution, and never a secret. */
    private static String shown(YamlDocument document, String pointer, JsonNode rule) {
        JsonNode value = document.root().at(pointer);
        if (value.isObject()) {
            return "settings";
        }
        if (value.isArray()) {
            return value.isEmpty() ? "an empty list" : "a list";
        }
        YamlDocument.Place place = document.place(pointer);
        if (rule.path("writeOnly").asBoolean(false) && !place.raw().matches("\\$\\{[A-Za-z0-9_]+}")) {
            return "***";
        }
        return place.raw().isEmpty() ? "nothing" : "'" + place.raw() + "'";
    }

    private static String expected(String wanted) {
        return " (expected: " + wanted + ")";
    }

    private static String title(JsonNode rule) {
        return rule.path("title").asString("");
    }

    private static List<String> names(JsonNode properties) {
        return List.copyOf(properties.propertyNames());
    }

    /** The part of the schema that the failed keyword stands in. */
    private JsonNode rule(Error error) {
        String location = error.getSchemaLocation().toString();
        String pointer = location.substring(location.indexOf('#') + 1);
        return schemaTree.at(pointer.substring(0, pointer.lastIndexOf('/')));
    }

    private JsonNode resolve(JsonNode rule) {
        String reference = rule.path("$ref").asString("");
        return reference.isEmpty() ? rule : schemaTree.at(reference.substring(1));
    }

    private static String pointer(NodePath path) {
        StringBuilder pointer = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            pointer.append(YamlDocument.child("", path.getElement(i).toString()));
        }
        return pointer.toString();
    }
}
