package dev.mizan.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever strangers send is read or refused: no other exception, no hang, no memory without bound. Every run takes the
 * seeds and changes of them; a long one lets Jazzer look for what those miss, for {@code mizan.fuzz.seconds} a target.
 */
class FuzzTest {
    private static final int CHANGES = 100;
    private static final int SECONDS_BY_DEFAULT = 60;

    @TempDir
    Path folder;

    static Stream<Class<?>> targets() {
        return Stream.of(StreamFuzz.class, FrameFuzz.class, CallFuzz.class, AnswerFuzz.class);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void seedsAndChangesOfThemAreTakenWell(Class<?> target) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (byte[] input : Seeds.of(target)) {
            take(target, input, "a seed");
            for (int i = 0; i < CHANGES; i++) {
                take(target, changed(input, random), "change " + i + " by seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    @Tag("long")
    void jazzerFindsNothing(Class<?> target) throws IOException, InterruptedException {
        Path corpus = Files.createDirectories(folder.resolve("corpus"));
        int number = 0;
        for (byte[] input : Seeds.of(target)) {
            Files.write(corpus.resolve("seed-" + number++), input);
        }
        int seconds = Integer.getInteger("mizan.fuzz.seconds", SECONDS_BY_DEFAULT);
        Path log = folder.resolve("jazzer.log");
        Process jazzer = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:+EnableDynamicAgentLoading",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.getName(),
                        "--instrumentation_includes=dev.mizan.**",
                        "--hooks=false",
                        "--reproducer_path=" + folder,
                        "-artifact_prefix=" + folder + "/",
                        "-max_total_time=" + seconds,
                        "-timeout=60",
                        "-rss_limit_mb=3072",
                        "-max_len=16384",
                        corpus.toString()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(jazzer.waitFor(seconds + 240L, TimeUnit.SECONDS))
                    .as("it ends in time")
                    .isTrue();
        } finally {
            jazzer.destroyForcibly();
        }

        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(jazzer.exitValue()).as(end(said)).isZero();
        assertThat(said).as("Jazzer ran").contains("Done ");
    }

    private static String end(String text) {
        return text.substring(Math.max(0, text.length() - 8_000));
    }

    private static void take(Class<?> target, byte[] input, String what) throws Exception {
        try {
            target.getMethod("fuzzerTestOneInput", byte[].class).invoke(null, (Object) input);
        } catch (InvocationTargetException e) {
            throw new AssertionError(
                    what + " breaks " + target.getSimpleName() + ": "
                            + Base64.getEncoder().encodeToString(input),
                    e.getCause());
        }
    }

    /** {@code input} with some bytes changed, left out, doubled or put elsewhere. */
    private static byte[] changed(byte[] input, Random random) {
        byte[] bytes = input.clone();
        for (int i = 0; i < 1 + random.nextInt(4) && bytes.length > 1; i++) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "\"{}[]:,0\n\r\\e".charAt(random.nextInt(12));
                case 2 -> {
                    byte[] shorter = Arrays.copyOf(bytes, bytes.length - length);
                    System.arraycopy(bytes, at + length, shorter, at, bytes.length - at - length);
                    bytes = shorter;
                }
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
                    System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }
}
