package dev.mizan.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.upstream.Frames;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    /** Test vectors of AWS's SDKs: a message without headers and payload, and one with a payload alone. */
    private static final String EMPTY = "000000100000000005c248eb7d98c8ff";

    private static final String PAYLOAD_ONLY = "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";

    @Test
    void publishedMessagesAreRead() {
        Collected collected = new Collected();
        FrameReader reader = new FrameReader();

        reader.feed(Slice.of(HexFormat.of().parseHex(EMPTY + PAYLOAD_ONLY)), collected::take);

        assertThat(collected.payloads).containsExactly("", "{'foo':'bar'}");
        assertThat(reader.isWithinFrame()).isFalse();
    }

    @Test
    void headersOfEveryTypeArePassedAndTextsAreKept() {
        ByteBuffer headers = ByteBuffer.allocate(200);
        name(headers, "t", 0);
        name(headers, "f", 1);
        name(headers, "b", 2).put((byte) 1);
        name(headers, "s", 3).putShort((short) 1);
        name(headers, "i", 4).putInt(1);
        name(headers, "l", 5).putLong(1);
        name(headers, "y", 6).putShort((short) 3).put(new byte[3]);
        name(headers, ":event-type", 7)
                .putShort((short) 4)
                .put("chün".substring(0, 3).getBytes(StandardCharsets.UTF_8));
        name(headers, "z", 8).putLong(1);
        name(headers, "u", 9).put(new byte[16]);
        Collected collected = new Collected();

        new FrameReader()
                .feed(
                        Slice.of(Frames.frame(Arrays.copyOf(headers.array(), headers.position()), new byte[0])),
                        collected::take);

        assertThat(collected.headers).containsExactly(Map.of(":event-type", "chü"));
    }

    @Property(tries = 300)
    void anyCutOfTheStreamGivesTheSameFrames(@ForAll int seed, @ForAll @IntRange(min = 1, max = 20) int frames) {
        Random random = new Random(seed);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            String payload = "x".repeat(random.nextInt(300)) + i;
            expected.add(payload);
            stream.writeBytes(Frames.event("chunk", payload));
        }
        Collected collected = new Collected();
        FrameReader reader = new FrameReader();

        feed(reader, stream.toByteArray(), random, collected);

        assertThat(collected.payloads).isEqualTo(expected);
        assertThat(collected.headers).allMatch(headers -> "chunk".equals(headers.get(":event-type")));
        assertThat(reader.isWithinFrame()).isFalse();
    }

    @Property(tries = 1000)
    void whateverIsChangedNoWrongFrameIsRead(@ForAll int seed, @ForAll @IntRange(min = 1, max = 4) int changes) {
        Random random = new Random(seed);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        List<String> right = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            right.add("payload " + i);
            stream.writeBytes(Frames.event("chunk", "payload " + i));
        }
        byte[] bytes = stream.toByteArray();
        byte[] original = bytes.clone();
        for (int i = 0; i < changes; i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        Collected collected = new Collected();
        FrameReader reader = new FrameReader();
        boolean failed = false;
        try {
            feed(reader, bytes, random, collected);
        } catch (FrameException e) {
            failed = true;
        }

        assertThat(collected.payloads).isEqualTo(right.subList(0, collected.payloads.size()));
        assertThat(failed).isEqualTo(!Arrays.equals(original, bytes));
    }

    @Property(tries = 1000)
    void noiseIsRefusedOnceItsFirstLengthsAreHere(@ForAll byte[] noise) {
        FrameReader reader = new FrameReader();
        Collected collected = new Collected();

        if (noise.length < 12) {
            reader.feed(Slice.of(noise), collected::take);
        } else {
            assertThatThrownBy(() -> reader.feed(Slice.of(noise), collected::take))
                    .isInstanceOf(FrameException.class);
        }

        assertThat(collected.payloads).isEmpty();
    }

    @Test
    void aFrameAtTheBoundIsReadAndOnePastItIsRefusedBeforeItComes() {
        byte[] largest = Frames.frame(new byte[0], new byte[FrameReader.FRAME_BYTES_MAX - 16]);
        byte[] larger = Frames.frame(new byte[0], new byte[FrameReader.FRAME_BYTES_MAX - 15]);
        Collected collected = new Collected();

        new FrameReader().feed(Slice.of(largest), collected::take);

        assertThat(collected.payloads.getFirst()).hasSize(FrameReader.FRAME_BYTES_MAX - 16);
        assertThatThrownBy(() -> new FrameReader().feed(new Slice(larger, 0, 12), collected::take))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("4194305 bytes");
    }

    @Test
    void headersThatEndBeyondTheirFrameAreRefused() {
        byte[] cutOff = Frames.frame(new byte[] {1, 'a', 7, 0, 9, 'x'}, new byte[20]);
        byte[] unknown = Frames.frame(new byte[] {1, 'a', 12}, new byte[0]);
        byte[] bare = Frames.frame(new byte[] {9, 'a'}, new byte[0]);

        for (byte[] frame : List.of(cutOff, unknown, bare)) {
            assertThatThrownBy(() -> new FrameReader().feed(Slice.of(frame), taken -> {}))
                    .isInstanceOf(FrameException.class);
        }
    }

    @Test
    void nothingIsReadAfterAFailure() {
        FrameReader reader = new FrameReader();
        byte[] frame = Frames.event("chunk", "x");
        byte[] wrong = frame.clone();
        wrong[frame.length - 1] ^= 1;

        assertThatThrownBy(() -> reader.feed(Slice.of(wrong), taken -> {})).isInstanceOf(FrameException.class);

        assertThatThrownBy(() -> reader.feed(Slice.of(frame), taken -> {})).isInstanceOf(FrameException.class);
    }

    private static ByteBuffer name(ByteBuffer headers, String name, int type) {
        return headers.put((byte) name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put((byte) type);
    }

    private static void feed(FrameReader reader, byte[] bytes, Random random, Collected collected) {
        int at = 0;
        while (at < bytes.length) {
            int to = Math.min(bytes.length, at + 1 + random.nextInt(100));
            reader.feed(new Slice(bytes, at, to), collected::take);
            at = to;
        }
    }

    private static final class Collected {
        private final List<String> payloads = new ArrayList<>();
        private final List<Map<String, String>> headers = new ArrayList<>();

        void take(Frame frame) {
            payloads.add(frame.payload().latin1());
            headers.add(frame.headers());
        }
    }
}
