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

class EventScannerTest {
    private static final String[] ENDS = {"\n", "\r\n", "\r"};

    @Property(tries = 300)
    void anyCutOfTheStreamGivesTheSameBytesAndMarks(@ForAll int seed, @ForAll @IntRange(min = 1, max = 40) int events) {
        Random random = new Random(seed);
        StringBuilder stream = new StringBuilder();
        int marks = 0;
        for (int i = 0; i < events; i++) {
            String end = ENDS[random.nextInt(ENDS.length)];
            boolean marked = random.nextInt(5) == 0;
            marks += marked ? 1 : 0;
            stream.append("data: {\"n\":")
                    .append(i)
                    .append(marked ? ",\"usage\":{}" : "")
                    .append("}")
                    .append(end);
            stream.append(end);
        }

        Collected collected = feed(stream.toString(), random, "\"usage\"");

        assertThat(collected.all.toString()).isEqualTo(stream.toString());
        assertThat(collected.marked).hasSize(marks).allSatisfy(event -> assertThat(event)
                .contains("\"usage\""));
    }

    @Test
    void partOfAnEventIsKeptUntilTheRestComes() {
        EventScanner scanner = new EventScanner(mark("MARK"));
        Collected collected = new Collected();

        scanner.feed(slice("data: 1\n\ndata: 2"), collected);
        assertThat(collected.all.toString()).isEqualTo("data: 1\n\n");

        scanner.feed(slice("\n"), collected);
        assertThat(collected.all.toString()).isEqualTo("data: 1\n\n");

        scanner.feed(slice("\n"), collected);
        assertThat(collected.all.toString()).isEqualTo("data: 1\n\ndata: 2\n\n");
    }

    @Test
    void moreEmptyLinesThanAnEventNeedsAreHandedOn() {
        EventScanner scanner = new EventScanner((text, from, to) -> from);
        Collected collected = new Collected();

        scanner.feed(slice("data: 1\n\n\ndata: 2\n\n\n\n\n"), collected);

        assertThat(collected.all.toString()).isEqualTo("data: 1\n\n\ndata: 2\n\n\n\n\n");
        assertThat(collected.marked).anyMatch(event -> event.contains("data: 2"));
    }

    @Test
    void eventOverTheBoundIsHandedOnInFragments() {
        EventScanner scanner = new EventScanner(mark("MARK"));
        Collected collected = new Collected();
        String huge = "data: " + "x".repeat(StreamScanner.EVENT_BYTES_MAX * 3) + "\n\n";

        scanner.feed(slice(huge.substring(0, StreamScanner.EVENT_BYTES_MAX + 1)), collected);
        assertThat(collected.all).hasSize(StreamScanner.EVENT_BYTES_MAX + 1);
        scanner.feed(slice(huge.substring(StreamScanner.EVENT_BYTES_MAX + 1)), collected);
        scanner.feed(slice("data: MARK\n\n"), collected);

        assertThat(collected.all.toString()).isEqualTo(huge + "data: MARK\n\n");
        assertThat(collected.marked).containsExactly("data: MARK\n\n");
    }

    @Test
    void endOfTheStreamHandsOnWhatIsLeft() {
        EventScanner scanner = new EventScanner(mark("MARK"));
        Collected collected = new Collected();

        scanner.feed(slice("data: half"), collected);
        scanner.end(collected);

        assertThat(collected.all.toString()).isEqualTo("data: half");
    }

    private static Collected feed(String stream, Random random, String mark) {
        EventScanner scanner = new EventScanner(mark(mark));
        Collected collected = new Collected();
        int at = 0;
        while (at < stream.length()) {
            int next = Math.min(stream.length(), at + 1 + random.nextInt(60));
            scanner.feed(slice(stream.substring(at, next)), collected);
            at = next;
        }
        scanner.end(collected);
        return collected;
    }

    private static StreamScanner.Marks mark(String mark) {
        return (text, from, to) -> text.indexOf(mark, from, to);
    }

    private static Slice slice(String text) {
        return Slice.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static final class Collected implements StreamScanner.Sink {
        final StringBuilder all = new StringBuilder();
        final List<String> marked = new ArrayList<>();

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
