package dev.mizan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingTest {
    @Test
    void processorTimeIsReadFromAStatLineWhateverTheThreadIsCalled() {
        String stat = "4711 (C2 (x) Compil) S 1 2 3 4 5 6 7 8 9 10 123 45 0 0 20 0 12 0 99 1 2";

        assertThat(Processor.micros(stat)).isEqualTo(1_680_000);
        assertThat(Processor.threadName(stat)).isEqualTo("C2 (x) Compil");
        assertThat(Processor.Part.of("C2 (x) Compil")).isEqualTo(Processor.Part.COMPILER);
        assertThat(Processor.Part.of("vert.x-eventloo")).isEqualTo(Processor.Part.DATA_PLANE);
        assertThat(Processor.Part.of("ledger-writer")).isEqualTo(Processor.Part.BOOKS);
    }

    @Test
    void thisProcessHasUsedProcessorTimeAndMemory() {
        long pid = ProcessHandle.current().pid();

        assertThat(Processor.of(List.of(pid)).totalMicros()).isPositive();
        assertThat(Processor.anonymousKib(pid)).isPositive();
    }

    @Test
    void wrkIsUnderstood() {
        Wrk.Result result = Wrk.Result.parse("Running 4s test\n…\nSUMMARY 40000 4000000 3\n");

        assertThat(result.rate()).isEqualTo(10_000);
        assertThat(result.failures()).isEqualTo(3);
    }

    @Test
    void theUpstreamsAnswersAreReadToTheirLastByte() throws IOException {
        InputStream plain = new ByteArrayInputStream(Upstream.plain());
        InputStream stream = InputStream.nullInputStream();
        for (byte[] part : Upstream.stream()) {
            stream = new SequenceInputStream(stream, new ByteArrayInputStream(part));
        }
        String trailer = "HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nx-cost: 1\r\n\r\n";
        InputStream failed = new ByteArrayInputStream(trailer.getBytes(StandardCharsets.US_ASCII));

        assertThat(OpenLoop.readAnswer(plain)).isTrue();
        assertThat(OpenLoop.readAnswer(stream)).isTrue();
        assertThat(OpenLoop.readAnswer(failed)).isFalse();
        assertThat(plain.available() + stream.available() + failed.available()).isZero();
    }

    @Test
    void theUpstreamsAnswersAreAsLargeAsReportsSay() {
        assertThat(Upstream.plain()).hasSizeBetween(1_000, 1_400);
        assertThat(Upstream.stream().stream().mapToInt(part -> part.length).sum())
                .isBetween(11_500, 13_500);
    }

    @Test
    void mediansAndPercentilesAreThoseOfTheSortedValues() {
        assertThat(Turn.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Turn.median(List.of(4.0, 1.0))).isEqualTo(2.5);
        assertThat(OpenLoop.micros(new long[] {1_000, 2_000, 3_000, 4_000}, 0.5))
                .isEqualTo(3);
        assertThat(OpenLoop.micros(new long[] {}, 0.99)).isZero();
    }
}
