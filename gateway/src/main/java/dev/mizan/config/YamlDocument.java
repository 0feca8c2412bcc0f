package dev.mizan.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A YAML 1.2 file as a JSON tree, with environment variables put in and the place of every key and value kept for
 * messages. Paths are JSON pointers (RFC 6901). Not safe for use by many threads.
 *
 * <p>Jackson's own YAML parser tells neither a value's style nor what an alias stands for, so the nodes are composed by
 * the engine below it.
 */
final class YamlDocument {
    /** Values in one file; more is a mistake or an attack with aliases of aliases. */
    private static final int NODES_MAX = 100_000;

    private static final int DEPTH_MAX = 50;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String file;
    private final Substitution substitution;
    private final ScalarResolver resolver;
    private final Map<String, Place> places = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private ObjectNode root = JSON.objectNode();
    private int nodes;

    private YamlDocument(String file, Substitution substitution, ScalarResolver resolver) {
        this.file = file;
        this.substitution = substitution;
        this.resolver = resolver;
    }

    /**
     * Where a value is and how it was written.
     *
     * @param keyLine where its key is, or its own place in a list; from 1
     * @param line where the value is, from 1
     * @param raw as written, before substitution; empty for objects and lists
     * @param text after substitution
     * @param substituted whether it had variables
     */
    record Place(int keyLine, int keyColumn, int line, int column, String raw, String text, boolean substituted) {}

    /**
     * Reads {@code text}.
     *
     * @param file its name, for messages
     * @param environment the value of a variable
     * @throws ConfigurationException if it is not YAML, or names variables that are not set
     */
    static YamlDocument parse(String file, String text, Function<String, Optional<String>> environment) {
        LoadSettings settings =
                LoadSettings.builder().setLabel(file).setUseMarks(true).build();
        YamlDocument document = new YamlDocument(
                file, new Substitution(environment), settings.getSchema().getScalarResolver());
        try {
            Optional<Node> node = new Compose(settings).composeString(text);
            if (node.isPresent()) {
                document.readRoot(node.get());
            }
        } catch (MarkedYamlEngineException e) {
            throw new ConfigurationException(List.of(document.syntaxProblem(e)));
        } catch (YamlEngineException e) {
            throw new ConfigurationException(List.of(new Problem(file, 0, 0, "", String.valueOf(e.getMessage()))));
        }
        if (!document.problems.isEmpty()) {
            throw new ConfigurationException(document.problems);
        }
        return document;
    }

    /** The whole file as a tree. */
    ObjectNode root() {
        return root;
    }

    /** The place of the value at {@code pointer}; of the nearest value around it if it is not in the file. */
    Place place(String pointer) {
        String at = pointer;
        while (!at.isEmpty()) {
            Place place = places.get(at);
            if (place != null) {
                return place;
            }
            at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        }
        return places.getOrDefault("", new Place(1, 1, 1, 1, "", "", false));
    }

    /** A problem with the value at {@code pointer}. */
    Problem problem(String pointer, String message) {
        Place place = place(pointer);
        return new Problem(file, place.line, place.column, dotted(pointer), message);
    }

    /** A problem with the key at {@code pointer}. */
    Problem keyProblem(String pointer, String message) {
        Place place = place(pointer);
        return new Problem(file, place.keyLine, place.keyColumn, dotted(pointer), message);
    }

    /** Puts {@code value} in the place of the one at {@code pointer}, which exists. */
    void replace(String pointer, JsonNode value) {
        int slash = pointer.lastIndexOf('/');
        String name = unescape(pointer.substring(slash + 1));
        switch (root.at(pointer.substring(0, slash))) {
            case ObjectNode object -> object.set(name, value);
            case ArrayNode array -> array.set(Integer.parseInt(name), value);
            case JsonNode other -> throw new IllegalArgumentException(pointer + " is inside of " + other.getNodeType());
        }
    }

    /** {@code /models/a.b/deployments/0} as {@code models.a.b.deployments[0]}. */
    static String dotted(String pointer) {
        StringBuilder path = new StringBuilder();
        for (String name : pointer.substring(pointer.isEmpty() ? 0 : 1).split("/", -1)) {
            if (name.matches("[0-9]+")) {
                path.append('[').append(name).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(unescape(name));
            }
        }
        return path.toString();
    }

    /** {@code pointer} with {@code name} behind it. */
    static String child(String pointer, String name) {
        return pointer + '/' + name.replace("~", "~0").replace("/", "~1");
    }

    private static String unescape(String name) {
        return name.replace("~1", "/").replace("~0", "~");
    }

    private Problem syntaxProblem(MarkedYamlEngineException e) {
        Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
        int line = mark.map(m -> m.getLine() + 1).orElse(0);
        int column = mark.map(m -> m.getColumn() + 1).orElse(0);
        return new Problem(file, line, column, "", "not YAML: " + e.getProblem());
    }

    private void readRoot(Node node) {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL)) {
            return;
        }
        if (!(node instanceof MappingNode)) {
            throw new ConfigurationException(
                    List.of(new Problem(file, 1, 1, "", "not a mapping (expected: settings such as 'server: …')")));
        }
        root = (ObjectNode) read("", node, node, 0);
    }

    private JsonNode read(String pointer, Node key, Node node, int depth) {
        if (++nodes > NODES_MAX || depth > DEPTH_MAX) {
            throw new ConfigurationException(List.of(new Problem(
                    file, 0, 0, dotted(pointer), "more than " + NODES_MAX + " values or " + DEPTH_MAX + " levels")));
        }
        return switch (node) {
            case MappingNode mapping -> readMapping(pointer, key, mapping, depth);
            case SequenceNode sequence -> {
                keep(pointer, key, node, "", "", false);
                ArrayNode array = JSON.arrayNode();
                for (Node item : sequence.getValue()) {
                    array.add(read(child(pointer, Integer.toString(array.size())), item, item, depth + 1));
                }
                yield array;
            }
            case ScalarNode scalar -> readScalar(pointer, key, scalar);
            default -> throw new IllegalStateException("a YAML node of type " + node.getNodeType());
        };
    }

    private ObjectNode readMapping(String pointer, Node key, MappingNode mapping, int depth) {
        keep(pointer, key, mapping, "", "", false);
        ObjectNode object = JSON.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                problems.add(at(tuple.getKeyNode(), pointer, "a key that is not a text"));
                continue;
            }
            String child = child(pointer, name.getValue());
            if (object.has(name.getValue())) {
                problems.add(at(name, child, "a key that is there already (expected: each once)"));
                continue;
            }
            object.set(name.getValue(), read(child, name, tuple.getValueNode(), depth + 1));
        }
        return object;
    }

    private JsonNode readScalar(String pointer, Node key, ScalarNode scalar) {
        String raw = scalar.getValue();
        if (!Substitution.isNeeded(raw)) {
            keep(pointer, key, scalar, raw, raw, false);
            return value(raw, scalar.getTag());
        }
        String text;
        try {
            text = substitution.apply(raw);
        } catch (IllegalArgumentException e) {
            problems.add(at(scalar, pointer, String.valueOf(e.getMessage())));
            return JSON.nullNode();
        }
        keep(pointer, key, scalar, raw, text, true);
        boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
        return value(text, plain ? resolver.resolve(text, true) : Tag.STR);
    }

    /** The JSON value that {@code text} is under {@code tag}. */
    private static JsonNode value(String text, Tag tag) {
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(Boolean.parseBoolean(text));
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return Scalars.number(text).map(Scalars::node).orElseGet(() -> JSON.stringNode(text));
        }
        return JSON.stringNode(text);
    }

    private void keep(String pointer, Node key, Node value, String raw, String text, boolean substituted) {
        Mark keyMark = key.getStartMark().orElseThrow();
        Mark mark = value.getStartMark().orElseThrow();
        places.put(
                pointer,
                new Place(
                        keyMark.getLine() + 1,
                        keyMark.getColumn() + 1,
                        mark.getLine() + 1,
                        mark.getColumn() + 1,
                        raw,
                        text,
                        substituted));
    }

    private Problem at(Node node, String pointer, String message) {
        Mark mark = node.getStartMark().orElseThrow();
        return new Problem(file, mark.getLine() + 1, mark.getColumn() + 1, dotted(pointer), message);
    }
}
