package dev.mizan.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class JsonArrayStreamTest {
    @Test
    void eventsBecomeElements() {
        assertThat(array("data: {\"a\":1}\n\ndata:{\"b\":2}\n\n")).isEqualTo("[{\"a\":1},\r\n{\"b\":2}]");
    }

    @Test
    void linesEndInAnyOfThreeWays() {
        assertThat(array("data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n")).isEqualTo("[1,\r\n2,\r\n3]");
    }

    @Test
    void onlyDataIsLookedAt() {
        assertThat(array(": a comment\n\nevent: x\nid: 7\ndata: {\ndata: }\nretry: 1\n\ndatum: 4\n\n"))
                .isEqualTo("[{\n}]");
    }

    @Test
    void aStreamWithoutEventsIsAnEmptyArray() {
        assertThat(array("")).isEqualTo("[]");
        assertThat(JsonArrayStream.of(slice("{}")).latin1()).isEqualTo("[{}]");
    }

    @Property(tries = 200)
    void itDoesNotMatterHowTheBytesArrive(@ForAll @IntRange(min = 1, max = 60) int size) {
        String events = "data: {\"text\":\"data: İzmir\"}\r\n\r\ndata: {\"b\":\ndata: 2}\n\nevent: e\ndata: 3\n\n";
        JsonArrayStream stream = new JsonArrayStream();
        StringBuilder array = new StringBuilder();
        byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += size) {
            array.append(stream.next(new Slice(bytes, at, Math.min(bytes.length, at + size)))
                    .latin1());
        }
        array.append(stream.end().latin1());

        assertThat(array.toString()).isEqualTo(array(events));
    }

    private static String array(String events) {
        JsonArrayStream stream = new JsonArrayStream();
        return stream.next(slice(events)).latin1() + stream.end().latin1();
    }

    private static Slice slice(String text) {
        return Slice.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
