package dev.mizan.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.dialect.StreamEvent.Kind;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OpenAiChunkTest {
    @Test
    void eventsAreToldApart() {
        assertThat(read("data: [DONE]\n\n").kind()).isEqualTo(Kind.DONE);
        assertThat(read("data:[DONE]\r\n\r\n").kind()).isEqualTo(Kind.DONE);
        assertThat(read("data: {\"choices\":[],\"usage\":{\"a\":1}}\n\n").kind())
                .isEqualTo(Kind.HELD);
        assertThat(read("data: {\"choices\":[{}],\"usage\":{\"a\":1}}\n\n").kind())
                .isEqualTo(Kind.CONTENT);
        assertThat(read("data: {\"choices\":[{}],\"usage\":null}\n\n").kind()).isEqualTo(Kind.CONTENT);
        assertThat(read("data: {\"error\":{\"message\":\"x\"}}\n\n").kind()).isEqualTo(Kind.ERROR);
        assertThat(read("data: half of {\"usage\"\n\n").kind()).isEqualTo(Kind.CONTENT);
        assertThat(read(": a comment with [DONE] in it\n\n").kind()).isEqualTo(Kind.CONTENT);
        assertThat(read("data: {\"choices\":[{\"text\":\"[DONE]\"}]}\n\n").kind())
                .isEqualTo(Kind.CONTENT);
    }

    @Test
    void costIsAddedToTheUsageObject() {
        assertThat(withCost("data: {\"choices\":[],\"usage\":{\"a\":1.10},\"z\":2}\n\n"))
                .isEqualTo("data: {\"choices\":[],\"usage\":{\"a\":1.10,\"cost\":0.5},\"z\":2}\n\n");
        assertThat(withCost("data: {\"choices\":[],\"usage\":{ }}\n\n"))
                .isEqualTo("data: {\"choices\":[],\"usage\":{ \"cost\":0.5}}\n\n");
    }

    @Test
    void severalDataLinesAreOne() {
        OpenAiChunk chunk = read("event: x\ndata: {\"choices\":[],\ndata: \"usage\":{\"a\":1}}\n\n");

        assertThat(chunk.kind()).isEqualTo(Kind.HELD);
        assertThat(chunk.data().latin1()).isEqualTo("{\"choices\":[],\n\"usage\":{\"a\":1}}");
    }

    @Test
    void onlyWhatMayMatterIsLookedInto() {
        assertThat(mayMatter("{\"usage\":null}{\"usage\" : null}")).isFalse();
        assertThat(mayMatter("{\"content\":\"the \\\"usage\\\" of\"}")).isFalse();
        assertThat(mayMatter("{\"usage\":null}{\"usage\" : {}}")).isTrue();
        assertThat(mayMatter("data: [DONE]")).isTrue();
        assertThat(mayMatter("{\"error\":{}}")).isTrue();
    }

    @Test
    void anAnswerWithAnErrorAndNoChoicesIsAnError() {
        assertThat(OpenAiChunk.isError(slice("{\"error\":{\"message\":\"x\"}}")))
                .isTrue();
        assertThat(OpenAiChunk.isError(slice("{\"error\":null,\"choices\":[{}]}")))
                .isFalse();
        assertThat(OpenAiChunk.isError(slice("{\"choices\":[{\"error\":1}]}"))).isFalse();
        assertThat(OpenAiChunk.isError(slice("half of {\"error\""))).isFalse();
    }

    private static boolean mayMatter(String text) {
        return OpenAiChunk.firstMark(text, 0, text.length()) >= 0;
    }

    private static Slice slice(String text) {
        return Slice.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String withCost(String event) {
        return new String(read(event).withCost("0.5"), StandardCharsets.UTF_8);
    }

    private static OpenAiChunk read(String event) {
        return OpenAiChunk.read(slice(event));
    }
}
