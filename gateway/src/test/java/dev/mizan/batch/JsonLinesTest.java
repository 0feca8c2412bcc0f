package dev.mizan.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.wire.Slice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    @Test
    void linesComeWithTheirNumbersAndBlankOnesAreCounted() throws IOException {
        assertThat(read("{\"a\":1}\n\n \r\n{\"b\":2}\r\n{\"ç\":3}"))
                .containsExactly("1 {\"a\":1}", "4 {\"b\":2}\r", "5 {\"ç\":3}");
        assertThat(read("")).isEmpty();
        assertThat(read("\n\n")).isEmpty();
    }

    @Test
    void aLineMayHaveSoManyBytesAndNotOneMore() throws IOException {
        byte[] most = new byte[JsonLines.LINE_BYTES_MAX];
        Arrays.fill(most, (byte) 'x');
        try (JsonLines lines = new JsonLines(new ByteArrayInputStream(most))) {
            assertThat(lines.next())
                    .hasValueSatisfying(line -> assertThat(line.length()).isEqualTo(most.length));
        }
        byte[] two = Arrays.copyOf(most, most.length + 2);
        two[most.length] = '\n';
        two[most.length + 1] = '1';
        try (JsonLines lines = new JsonLines(new ByteArrayInputStream(two))) {
            assertThat(lines.next())
                    .hasValueSatisfying(line -> assertThat(line.length()).isEqualTo(most.length));
            assertThat(lines.next())
                    .hasValueSatisfying(line -> assertThat(line.length()).isEqualTo(1));
        }
        byte[] more = Arrays.copyOf(most, most.length + 1);
        more[most.length] = 'x';
        try (JsonLines lines = new JsonLines(new ByteArrayInputStream(more))) {
            assertThatThrownBy(lines::next).isInstanceOf(IOException.class).hasMessageContaining("line 1");
        }
    }

    @Test
    void anAnswersLineHasOneIdHoweverOftenItIsMade() {
        String id = CustomId.lineId("batch_1", "one", 1_790_000_000_000L);

        assertThat(CustomId.lineId("batch_1", "one", 1_790_000_000_000L))
                .isEqualTo(id)
                .hasSize(26);
        assertThat(List.of(
                        CustomId.lineId("batch_2", "one", 1_790_000_000_000L),
                        CustomId.lineId("batch_1", "two", 1_790_000_000_000L),
                        CustomId.lineId("batch_1", "\0", 1_790_000_000_000L)))
                .doesNotContain(id)
                .doesNotHaveDuplicates();
    }

    private static List<String> read(String text) throws IOException {
        List<String> read = new ArrayList<>();
        try (JsonLines lines = new JsonLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            for (Optional<Slice> line = lines.next(); line.isPresent(); line = lines.next()) {
                read.add(lines.number() + " " + new String(line.get().toBytes(), StandardCharsets.UTF_8));
            }
        }
        return read;
    }
}
