package dev.mizan.admission;

import dev.mizan.dialect.CallRequest;
import dev.mizan.dialect.Extent;
import dev.mizan.price.Reach;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.util.EnumSet;
import java.util.Locale;

/** The most that a call may use (rule 2 of the promise). */
public final class Bounds {
    /** Tokens that a chat format adds for each message, and once for the answer's start. */
    private static final int TOKENS_PER_MESSAGE = 8;

    /**
     * What one picture is charged as at most, in tokens: the largest of the figures that providers publish for other
     * models than those below (https://platform.openai.com/docs/guides/images-vision#calculating-costs,
     * https://docs.anthropic.com/en/docs/build-with-claude/vision, https://ai.google.dev/gemini-api/docs/tokens).
     */
    private static final long TOKENS_PER_IMAGE = 6_000;

    /** gpt-4o-mini: 2,833 and 5,667 for each of at most eight tiles (the first of these pages). */
    private static final long TOKENS_PER_IMAGE_MINI = 48_169;

    private static final Reach OTHER_TIERS = new Reach(Reach.TEXT.units(), EnumSet.allOf(ServiceTier.class));
    private static final Reach MEDIA = Reach.ANY.in(ServiceTier.STANDARD);

    private Bounds() {}

    /**
     * The most that one attempt may use: its text by the bytes of the body, since no tokenizer makes more tokens than
     * bytes, its media by what providers publish, its output by the limit that is sent upstream.
     *
     * @param model the model name sent upstream
     * @param outputTokens the most that one answer may have
     */
    public static Usage bound(CallRequest request, String model, long outputTokens) {
        Extent extent = request.extent();
        return bound(request, model, request.body().length() - extent.mediaBytes(), outputTokens);
    }

    /** The same where it is known that its text has at most {@code textTokens}. */
    public static Usage bound(CallRequest request, String model, long textTokens, long outputTokens) {
        Extent extent = request.extent();
        long input = textTokens + TOKENS_PER_MESSAGE * (request.messages() + 1L);
        if (extent.images() > 0) {
            boolean isMini = model.toLowerCase(Locale.ROOT).contains("4o-mini");
            input += (isMini ? TOKENS_PER_IMAGE_MINI : TOKENS_PER_IMAGE) * extent.images();
        }
        long output = 0;
        if (request.route().hasOutput()) {
            output = Math.multiplyExact(outputTokens, (long) extent.outputs());
            // What is predicted wrongly is charged as output, whatever the limit of output.
            output += extent.predicted() ? request.body().length() : 0;
        }
        Usage.Builder bound =
                Usage.builder().set(Unit.INPUT, input).set(Unit.OUTPUT, output).set(Unit.REQUESTS, 1);
        if (extent.audioBytes() > 0) {
            bound.set(Unit.INPUT_AUDIO, extent.audioBytes());
        }
        return bound.build();
    }

    /** At which prices the call may be charged. */
    public static Reach reach(CallRequest request) {
        Extent extent = request.extent();
        if (extent.speaks() || extent.audioBytes() > 0) {
            return extent.otherTier() ? Reach.ANY : MEDIA;
        }
        return extent.otherTier() ? OTHER_TIERS : Reach.TEXT;
    }
}
