package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of packages in {@code docs/architecture.md} holds. */
final class ArchitectureTest {
    private static final String ROOT = "dev.mizan";
    private static final Pattern ROW = Pattern.compile("\\| (core|gateway) \\| `([a-z]+)` \\| [^|]+ \\| ([^|]+) \\|");

    private static JavaClasses classes = new ClassFileImporter().importClasses();
    private static final Set<String> coreRows = new LinkedHashSet<>();
    private static Map<String, Set<String>> mayUse = Map.of();

    @BeforeAll
    static void readTableAndClasses() throws IOException {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                // Quick builds outside Maven keep tests in folders that ArchUnit does not know.
                .withImportOption(location -> !location.contains("/core-test/") && !location.contains("/gw-test/"))
                .importPackages(ROOT);
        mayUse = readTable(Files.readString(SourceTree.root().resolve("docs/architecture.md")));
    }

    @Test
    void everyPackageHasARowAndEveryRowAPackage() {
        Set<String> packages = new TreeSet<>();
        for (JavaClass type : classes) {
            packages.add(rowOf(type));
        }

        assertThat(packages).isEqualTo(new TreeSet<>(mayUse.keySet()));
    }

    @Test
    void packagesUseOnlyWhatTheirRowsAllow() {
        List<String> forbidden = new ArrayList<>();
        for (JavaClass type : classes) {
            String row = rowOf(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (!target.getPackageName().startsWith(ROOT) || rowOf(target).equals(row)) {
                    continue;
                }
                if (!mayUse.getOrDefault(row, Set.of()).contains(rowOf(target))) {
                    forbidden.add(row + " → " + rowOf(target) + ": " + dependency.getDescription());
                }
            }
        }

        assertThat(forbidden).isEmpty();
    }

    @Test
    void coreKnowsNoServerAndNoDatabase() {
        List<String> forbidden = new ArrayList<>();
        for (JavaClass type : classes) {
            if (!coreRows.contains(rowOf(type))) {
                continue;
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target = dependency.getTargetClass().getPackageName();
                if (target.startsWith("io.vertx") || target.startsWith("io.netty") || target.startsWith("java.sql")) {
                    forbidden.add(dependency.getDescription());
                }
            }
        }

        assertThat(forbidden).isEmpty();
    }

    private static Map<String, Set<String>> readTable(String document) {
        Map<String, Set<String>> table = new LinkedHashMap<>();
        Matcher row = ROW.matcher(document);
        while (row.find()) {
            Set<String> uses = new LinkedHashSet<>();
            for (String use : row.group(3).strip().split(", ", -1)) {
                switch (use) {
                    case "–" -> {}
                    case "core" -> uses.addAll(coreRows);
                    case "above" -> uses.addAll(table.keySet());
                    default -> uses.add(use);
                }
            }
            assertThat(table).as("a second row for %s", row.group(2)).doesNotContainKey(row.group(2));
            table.put(row.group(2), uses);
            if (row.group(1).equals("core")) {
                coreRows.add(row.group(2));
            }
        }
        return table;
    }

    private static String rowOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "root" : name.substring(ROOT.length() + 1).split("\\.", -1)[0];
    }
}
