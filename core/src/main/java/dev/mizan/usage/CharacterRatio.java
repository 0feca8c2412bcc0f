package dev.mizan.usage;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Characters per token of one model, as a decaying average over the calls that reported both. Safe for many threads.
 */
final class CharacterRatio {
    /** Once so many tokens were seen, old ones start to count less. */
    private static final long TOKENS_MAX = 1_000_000;

    /** Characters in the upper, tokens in the lower half, so that both change together. */
    private final AtomicLong seen = new AtomicLong();

    void learn(long characters, long tokens) {
        long c = Math.min(characters, TOKENS_MAX * 16);
        long t = Math.min(tokens, TOKENS_MAX);
        seen.updateAndGet(both -> {
            long allCharacters = (both >>> 32) + c;
            long allTokens = (both & 0xffff_ffffL) + t;
            if (allTokens > TOKENS_MAX) {
                allCharacters /= 2;
                allTokens /= 2;
            }
            return Math.min(allCharacters, 0x7fff_ffffL) << 32 | allTokens;
        });
    }

    /** Tokens of {@code text}, rounded up. */
    long tokens(String text) {
        long both = seen.get();
        long characters = both >>> 32;
        long tokens = both & 0xffff_ffffL;
        return characters == 0 ? defaultTokens(text) : Math.ceilDiv(text.length() * tokens, characters);
    }

    /**
     * Tokens of {@code text} for an unknown encoding: four characters of Latin script to a token, two of other
     * alphabets, one of scripts that write syllables or words; rounded up.
     */
    static long defaultTokens(String text) {
        long quarters = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quarters += c < 0x250 ? 1 : c < 0x1100 || (c >= 0x2000 && c < 0x2e80) ? 2 : 4;
        }
        return Math.ceilDiv(quarters, 4);
    }
}
