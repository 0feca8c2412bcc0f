package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.dialect.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The documents say what the code does. */
final class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    private final Path root = SourceTree.root();

    @Test
    void everyErrorCodeIsExplainedWithItsStatus() throws IOException {
        String errors = Files.readString(root.resolve("docs/errors.md"));

        for (ErrorCode code : ErrorCode.values()) {
            assertThat(errors).contains("| `" + code.code() + "` | " + code.status() + " |");
        }
        assertThat(errors.lines().filter(line -> line.startsWith("| `"))).hasSize(ErrorCode.values().length);
    }

    @Test
    void everySettingIsInTheReference() throws IOException {
        String operation = Files.readString(root.resolve("docs/operation.md"));
        JsonNode schema = JsonMapper.shared().readTree(ConfigurationReader.schema());
        TreeSet<String> missing = new TreeSet<>();
        for (String definition : List.of(
                "/properties",
                "/properties/server/properties",
                "/$defs/provider/properties",
                "/$defs/model/properties",
                "/properties/storage/properties/journal/properties")) {
            for (var setting : schema.at(definition).properties()) {
                boolean later = setting.getValue().path("$ref").asString("").contains("later");
                if (!later && !operation.contains(setting.getKey())) {
                    missing.add(setting.getKey());
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                Path target = document.resolveSibling(link.group(1));
                if (!Files.exists(target)) {
                    dead.add(root.relativize(document) + " → " + link.group(1));
                }
            }
        }

        assertThat(dead).isEmpty();
    }

    @Test
    void decisionsHaveNumbersOfTheirOwn() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("docs/decisions"))) {
            List<String> numbers = files.map(
                            file -> file.getFileName().toString().substring(0, 4))
                    .toList();

            assertThat(numbers).doesNotHaveDuplicates().allMatch(number -> number.matches("[0-9]{4}"));
        }
    }

    private List<Path> documents() throws IOException {
        try (Stream<Path> inDocs = Files.walk(root.resolve("docs"));
                Stream<Path> inRoot = Files.list(root)) {
            return Stream.concat(inDocs, inRoot)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }
}
