package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/jdk.sh}, on folders made to look like JDKs. */
final class JdkScriptTest {
    private static final String FIND = ". scripts/jdk.sh; find_jdk && printf 'found %s' \"$JAVA_HOME\"";

    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path folder = Path.of("");

    /** What a script said and how it ended. */
    private record Result(int exitCode, String output) {}

    @BeforeEach
    void knowNoFolders() {
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", folder.toString());
        environment.put("MIZAN_JDK_FOLDERS", folder.resolve("jvm").toString());
    }

    @Test
    void javaHomeComesFirst() throws Exception {
        environment.put("JAVA_HOME", jdk("home", "25.0.1").toString());
        jdk("jvm/other", "26");

        assertThat(run(FIND)).isEqualTo(new Result(0, "found " + folder.resolve("home")));
    }

    @Test
    void anOldJavaHomeIsPassedOver() throws Exception {
        environment.put("JAVA_HOME", jdk("home", "17.0.15").toString());
        jdk("jvm/old", "21.0.2");
        jdk("jvm/new", "25");

        assertThat(run(FIND)).isEqualTo(new Result(0, "found " + folder.resolve("jvm/new")));
    }

    @Test
    void theJavaOnThePathIsFollowedToItsHome() throws Exception {
        Path home = jdk("somewhere/jdk", "25.0.2");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
        environment.put("PATH", bin + ":/usr/bin:/bin");

        assertThat(run(FIND)).isEqualTo(new Result(0, "found " + home));
    }

    @Test
    void aRuntimeWithoutACompilerIsNoJdk() throws Exception {
        Path home = jdk("jvm/jre", "25");
        Files.delete(home.resolve("bin/javac"));

        assertThat(run(FIND).exitCode()).isEqualTo(2);
    }

    @Test
    void withoutAReleaseFileTheJdkIsAsked() throws Exception {
        Path home = jdk("jvm/strange", "25");
        Files.delete(home.resolve("release"));

        assertThat(run(FIND)).isEqualTo(new Result(0, "found " + home));
    }

    @Test
    void whereThereIsNoneItSaysWhatToInstall() throws Exception {
        jdk("jvm/old", "21");
        Result result = run(FIND);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.output()).contains("needs a JDK 25", "apt-get install", "brew install", "JAVA_HOME");
    }

    @Test
    void bothCommandsStopThere() throws Exception {
        assertThat(run("MIZAN_BUILD=never ./mizan --version").exitCode()).isEqualTo(2);
        assertThat(run("./check").exitCode()).isEqualTo(2);
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        for (String program : new String[] {"java", "javac"}) {
            Path file = Files.writeString(
                    home.resolve("bin").resolve(program),
                    "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2026-01-01' >&2\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        return home;
    }

    private Result run(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
                .directory(SourceTree.root().toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
