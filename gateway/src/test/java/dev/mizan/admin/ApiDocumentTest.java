package dev.mizan.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API does is what its document says. */
class ApiDocumentTest {
    @Test
    void everyEndpointIsDocumentedWithWhoMayUseIt(@TempDir Path folder) throws IOException {
        List<String> rows = Files.readAllLines(SourceTree.root().resolve("docs/api.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        List<String> missing = new ArrayList<>();
        try (AdminHarness api = new AdminHarness(folder)) {
            for (Endpoint endpoint : api.api.endpoints()) {
                String call = "`" + endpoint.method() + " " + endpoint.path() + "`";
                String who = endpoint.access() == Access.PUBLIC
                        ? "all"
                        : endpoint.access().name().toLowerCase(Locale.ROOT);
                if (rows.stream().noneMatch(row -> row.contains(call) && row.contains("| " + who + " |"))) {
                    missing.add(call + " for " + who);
                }
            }
        }

        assertThat(missing).isEmpty();
    }
}
