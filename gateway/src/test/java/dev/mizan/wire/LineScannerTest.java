package dev.mizan.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineScannerTest {
    @Property(tries = 300)
    void anyCutOfTheStreamGivesTheSameBytesAndMarks(@ForAll int seed, @ForAll @IntRange(min = 1, max = 40) int lines) {
        Random random = new Random(seed);
        StringBuilder stream = new StringBuilder();
        int marks = 0;
        for (int i = 0; i < lines; i++) {
            boolean marked = random.nextInt(5) == 0;
            marks += marked ? 1 : 0;
            stream.append("{\"n\":").append(i).append(marked ? ",\"done\":true}" : "}");
            stream.append(random.nextBoolean() ? "\n" : "\r\n");
        }
        Collected collected = new Collected();
        LineScanner scanner = scanner();
        int at = 0;
        while (at < stream.length()) {
            int to = Math.min(stream.length(), at + 1 + random.nextInt(20));
            scanner.feed(slice(stream.substring(at, to)), collected);
            at = to;
        }
        scanner.end(collected);

        assertThat(collected.all.toString()).isEqualTo(stream.toString());
        assertThat(collected.marked)
                .hasSize(marks)
                .allSatisfy(
                        line -> assertThat(line).startsWith("{").endsWith("\n").contains("\"done\":true"));
    }

    @Test
    void aLastLineWithoutAnEndIsHandedOnAtTheEnd() {
        Collected collected = new Collected();
        LineScanner scanner = scanner();

        scanner.feed(slice("{}\n{\"done\":true}"), collected);
        assertThat(collected.all.toString()).isEqualTo("{}\n");
        scanner.end(collected);

        assertThat(collected.marked).containsExactly("{\"done\":true}");
    }

    @Test
    void aLineOverTheBoundIsHandedOnInFragments() {
        Collected collected = new Collected();
        LineScanner scanner = scanner();

        scanner.feed(slice("{\"content\":\"" + "x".repeat(StreamScanner.EVENT_BYTES_MAX)), collected);
        assertThat(scanner.isWithinEvent()).isTrue();
        scanner.feed(slice("\"}\n{\"done\":true}\n"), collected);

        assertThat(scanner.isWithinEvent()).isFalse();
        assertThat(collected.marked).containsExactly("{\"done\":true}\n");
    }

    @Test
    void theContentOfALineIsWithoutTheSpaceAroundIt() {
        assertThat(LineScanner.content(slice(" {\"a\":1} \r\n")).latin1()).isEqualTo("{\"a\":1}");
        assertThat(LineScanner.content(slice("\n")).length()).isZero();
    }

    private static LineScanner scanner() {
        return new LineScanner((text, from, to) -> text.substring(0, to).indexOf("\"done\":true", from));
    }

    private static Slice slice(String text) {
        return Slice.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static final class Collected implements StreamScanner.Sink {
        private final StringBuilder all = new StringBuilder();
        private final List<String> marked = new ArrayList<>();

        @Override
        public void plain(Slice run) {
            all.append(run.latin1());
        }

        @Override
        public void marked(Slice event) {
            all.append(event.latin1());
            marked.add(event.latin1());
        }
    }
}
