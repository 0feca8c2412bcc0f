package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sources stay small enough to be read, and are named for what they are. */
final class SourceSizeTest {
    private static final int FILE_LINES_MAX = 500;
    private static final int METHOD_LINES_MAX = 70;
    private static final int LINE_LENGTH_MAX = 120;
    private static final Pattern VAGUE_NAME = Pattern.compile("(Manager|Helper|Utils?|Impl|Data)\\.java$");

    @Test
    void filesAreAtMost500LinesOf120Characters() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() > FILE_LINES_MAX) {
                tooLong.add(file + ": " + lines.size() + " lines");
            }
            for (int i = 0; i < lines.size(); i++) {
                // A text that stands on a line of its own can't be broken.
                if (lines.get(i).length() > LINE_LENGTH_MAX && !lines.get(i).contains("\"")) {
                    tooLong.add(file + ":" + (i + 1) + ": " + lines.get(i).length() + " characters");
                }
            }
        }

        assertThat(tooLong).isEmpty();
    }

    @Test
    void methodsAreAtMost70Lines() throws IOException {
        List<String> tooLong = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    files,
                    null,
                    List.of("-proc:none"),
                    null,
                    files.getJavaFileObjects(SourceTree.javaFiles().stream()
                            // Tables of cases may be long.
                            .filter(file -> file.toString().contains("/src/main/"))
                            .toArray(Path[]::new)));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(new LongMethods(unit, positions, tooLong), "");
            }
        }

        assertThat(tooLong).isEmpty();
    }

    @Test
    void namesSayWhatAThingIs() {
        assertThat(SourceTree.javaFiles())
                .filteredOn(file -> VAGUE_NAME.matcher(file.toString()).find())
                .isEmpty();
    }

    /** Collects the methods of one file that are too long. */
    private static final class LongMethods extends TreeScanner<@Nullable String, String> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> found;

        LongMethods(CompilationUnitTree unit, SourcePositions positions, List<String> found) {
            this.unit = unit;
            this.positions = positions;
            this.found = found;
        }

        @Override
        public @Nullable String visitMethod(MethodTree method, String nothing) {
            long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
            long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, method));
            if (last - first + 1 > METHOD_LINES_MAX) {
                found.add(unit.getSourceFile().getName() + ":" + first + ": " + method.getName() + " has "
                        + (last - first + 1) + " lines");
            }
            return super.visitMethod(method, nothing);
        }
    }
}
