package dev.mizan.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class EntryCodecTest {
    private final EntryEncoder encoder = new EntryEncoder(0);
    private final EntryDecoder decoder = new EntryDecoder();

    @Property(tries = 500)
    void whatIsEncodedIsDecoded(@ForAll("entries") Entry entry) {
        encoder.encode(entry);

        assertThat(decoder.decode(encoder.bytes(), 0, encoder.end())).isEqualTo(entry);
    }

    @Property(tries = 100)
    void whatALaterReleaseAppendsIsPassedOver(@ForAll("entries") Entry entry) {
        encoder.encode(entry);
        byte[] later = Arrays.copyOf(encoder.bytes(), encoder.end() + 7);
        Arrays.fill(later, encoder.end(), later.length, (byte) 0x55);

        assertThat(decoder.decode(later, 0, later.length)).isEqualTo(entry);
    }

    @Property(tries = 200)
    void whatIsCutOffIsRefusedAndNeverReadBeyond(@ForAll("entries") Entry entry, @ForAll int anywhere) {
        encoder.encode(entry);
        int end = 2 + Math.floorMod(anywhere, encoder.end() - 2);
        byte[] bytes = encoder.bytes().clone();

        assertThatThrownBy(() -> decoder.decode(bytes, 0, end)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aTypeOfALaterReleaseIsRefused() {
        byte[] bytes = {9, 1, 0};

        assertThatThrownBy(() -> decoder.decode(bytes, 0, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("entry type: 9");
    }

    @Test
    void theFormatOfTheFirstReleaseStaysReadable() {
        encoder.encode(new Release("01K2C8Q6AAAAAAAAAAAAAAAAAA", 1_790_000_000_000L));
        String hex = HexFormat.of().formatHex(encoder.bytes(), 0, encoder.end());

        assertThat(hex)
                .isEqualTo("0301" + "1a"
                        + HexFormat.of().formatHex("01K2C8Q6AAAAAAAAAAAAAAAAAA".getBytes(StandardCharsets.US_ASCII))
                        + "80d8c1a28c34");
    }

    @Property(tries = 100)
    void whatTheFirstReleaseWroteIsOfTheCallsOwnAlias(@ForAll("entries") Entry entry) {
        Target target =
                switch (entry) {
                    case Intent intent -> intent.target();
                    case Line line -> line.target();
                    case Release release -> Target.NONE;
                };
        Assume.that(target.via().isEmpty());
        encoder.encode(entry);
        byte[] first = Arrays.copyOf(encoder.bytes(), encoder.end());
        first[1] = 1;
        int viaBytes = entry instanceof Release ? 0 : 1;

        assertThat(decoder.decode(first, 0, first.length - viaBytes)).isEqualTo(entry);
    }

    @Provide
    Arbitrary<Entry> entries() {
        return ArbitraryEntries.entries();
    }
}
