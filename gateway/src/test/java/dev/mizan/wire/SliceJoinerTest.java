package dev.mizan.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SliceJoinerTest {
    @Property(tries = 500)
    void whatIsTakenIsAllThatWasAddedAndStaysSo(@ForAll @Size(max = 12) List<@Size(max = 40) byte[]> parts) {
        SliceJoiner joiner = new SliceJoiner();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        List<Slice> takenBefore = new ArrayList<>();
        List<byte[]> asTheyWere = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            byte[] part = parts.get(i);
            add(joiner, part, i);
            expected.writeBytes(part);
            assertThat(joiner.length()).isEqualTo(expected.size());
            if (part.length % 5 == 4) {
                Slice taken = joiner.take();
                assertThat(taken.toBytes()).isEqualTo(expected.toByteArray());
                takenBefore.add(taken);
                asTheyWere.add(taken.toBytes());
                expected.reset();
            }
        }
        assertThat(joiner.take().toBytes()).isEqualTo(expected.toByteArray());
        assertThat(joiner.length()).isZero();
        assertThat(takenBefore.stream().map(Slice::toBytes)).containsExactlyElementsOf(asTheyWere);
    }

    @Test
    void aPartThatIsAloneIsNotCopied() {
        SliceJoiner joiner = new SliceJoiner();
        Slice part = new Slice(new byte[] {1, 2, 3, 4}, 1, 3);

        joiner.add(part);
        joiner.add(Unpooled.EMPTY_BUFFER);
        joiner.add(Slice.of(new byte[0]));

        assertThat(joiner.take()).isSameAs(part);
        joiner.add(Unpooled.wrappedBuffer(part.array(), 1, 2));
        assertThat(joiner.take().array()).isSameAs(part.array());
    }

    @Test
    void theArraysOfPartsStayAsTheyAre() {
        byte[] first = {1, 2, 3, 4};
        SliceJoiner joiner = new SliceJoiner();

        joiner.add(new Slice(first, 0, 2));
        joiner.add(Slice.of(new byte[] {9}));

        assertThat(joiner.take().toBytes()).containsExactly(1, 2, 9);
        assertThat(first).containsExactly(1, 2, 3, 4);
    }

    /** Adds {@code part} as one of four kinds, with something around it; memory that is not an array is used again. */
    private static void add(SliceJoiner joiner, byte[] part, int i) {
        byte[] wide = new byte[part.length + 5];
        System.arraycopy(part, 0, wide, 2, part.length);
        switch (i % 4) {
            case 0 -> joiner.add(new Slice(wide, 2, 2 + part.length));
            case 1 -> joiner.add(Slice.of(Arrays.copyOf(part, part.length)));
            case 2 ->
                joiner.add(Unpooled.wrappedBuffer(wide)
                        .skipBytes(1)
                        .slice(1, part.length + 1)
                        .skipBytes(1));
            default -> {
                ByteBuf direct = Unpooled.directBuffer(wide.length).writeBytes(wide);
                joiner.add(direct.slice(2, part.length));
                direct.setZero(0, wide.length);
                direct.release();
            }
        }
    }
}
