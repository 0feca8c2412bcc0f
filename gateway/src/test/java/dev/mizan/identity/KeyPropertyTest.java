package dev.mizan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class KeyPropertyTest {
    /** RFC 4231, test case 1. */
    @Test
    void theHashIsHmacSha256() {
        KeyHasher hasher = new KeyHasher(HexFormat.of().parseHex("0b".repeat(20)));

        assertThat(hasher.hash("Hi There").hex())
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    @Property
    void theHashIsWhatJavaSaysForAnySecretAndText(
            @ForAll @Size(min = 16, max = 200) byte[] secret, @ForAll @StringLength(max = 300) String text)
            throws NoSuchAlgorithmException, InvalidKeyException {
        KeyHasher hasher = new KeyHasher(secret);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        String expected = HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));

        assertThat(hasher.hash(text).hex()).isEqualTo(expected);
        assertThat(hasher.hash(text)).isEqualTo(KeyHash.ofHex(expected)).hasToString("KeyHash[***]");
        assertThat(hasher.hash(text + "x")).isNotEqualTo(KeyHash.ofHex(expected));
    }

    @Test
    void manyThreadsGetTheSameHashes() throws InterruptedException {
        KeyHasher hasher = new KeyHasher("a secret of this test, 32 bytes.".getBytes(StandardCharsets.UTF_8));
        String[] expected = new String[50];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = hasher.hash("sk-" + i).hex();
        }
        AtomicInteger wrong = new AtomicInteger();
        Thread[] threads = new Thread[64];
        for (int t = 0; t < threads.length; t++) {
            int seed = t;
            threads[t] = Thread.ofVirtual().start(() -> {
                Random random = new Random(seed);
                for (int i = 0; i < 500; i++) {
                    int which = random.nextInt(expected.length);
                    if (!hasher.hash("sk-" + which).hex().equals(expected[which])) {
                        wrong.incrementAndGet();
                    }
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(wrong).hasValue(0);
    }

    @Test
    void randomKeysAreDifferentAndUseTheWholeAlphabetEvenly() {
        SecureRandom random = new SecureRandom();
        int[] counts = new int[128];
        int keys = 5_000;
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < keys; i++) {
            String text = KeyText.random(random);
            assertThat(text).hasSize(46).startsWith("sk-");
            assertThat(KeyText.isChoosable(text)).isTrue();
            seen.add(text);
            text.substring(3).chars().forEach(c -> counts[c]++);
        }

        assertThat(seen).hasSize(keys);
        int each = keys * 43 / 62;
        for (char c : "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray()) {
            assertThat(counts[c]).as("count of %s", c).isBetween(each * 8 / 10, each * 12 / 10);
        }
    }

    @Test
    void aKeyMayBeChosenAtItsBoundsAndNotOnePastThem() {
        assertThat(KeyText.isChoosable("sk-" + "a".repeat(17))).isTrue();
        assertThat(KeyText.isChoosable("sk-" + "a".repeat(16))).isFalse();
        assertThat(KeyText.isChoosable("sk-" + "a".repeat(KeyText.LENGTH_MAX - 3)))
                .isTrue();
        assertThat(KeyText.isChoosable("sk-" + "a".repeat(KeyText.LENGTH_MAX - 2)))
                .isFalse();
        assertThat(KeyText.isChoosable("pk-" + "a".repeat(30))).isFalse();
        assertThat(KeyText.isChoosable("sk-with a blank inside it")).isFalse();
        assertThat(KeyText.isChoosable("sk-şifreşifreşifreşifre")).isFalse();
        assertThat(KeyText.shown("sk-0123456789abcd")).isEqualTo("sk-...abcd");
    }
}
