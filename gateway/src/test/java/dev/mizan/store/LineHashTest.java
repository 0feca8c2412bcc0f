package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineHashTest {
    @Test
    void aColumnThatWasAddedLaterIsNotInTheHashOfLinesOfBefore() throws Exception {
        LineHash hash = new LineHash();
        hash.text("id");
        hash.number(17);
        byte[] before = hash.line();

        hash.text("id");
        hash.number(17);
        hash.added("");
        assertThat(hash.line()).isEqualTo(before);

        hash.text("id");
        hash.number(17);
        hash.added("[\"once\"]");
        assertThat(hash.line()).isNotEqualTo(before);
    }
}
