package dev.mizan.dialect;

import dev.mizan.wire.Slice;
import dev.mizan.wire.Splice;
import java.util.ArrayList;
import java.util.List;

/**
 * What Mizan needs to know of a call's body; everything else in it passes through unseen.
 *
 * @param body the caller's bytes
 * @param model the model named
 * @param modelFrom where its JSON string starts in the body, quote included
 * @param modelTo where it ends
 * @param streaming whether a stream was asked for
 * @param usageAsked whether a streaming caller asked for usage
 * @param usageSplice the change that asks the provider for usage of a stream; replaces nothing with nothing if none is
 *     due
 * @param maxOutputTokens the caller's bound of output tokens per choice; -1 if none
 * @param choices how many answers were asked for, ≥ 1
 * @param messages how many messages, prompts or inputs, ≥ 1
 * @param endUser the end-user the caller named; empty if none
 * @param reasoning whether the call asks for reasoning
 */
public record CallRequest(
        Route route,
        Slice body,
        String model,
        int modelFrom,
        int modelTo,
        boolean streaming,
        boolean usageAsked,
        Splice usageSplice,
        long maxOutputTokens,
        int choices,
        int messages,
        String endUser,
        boolean reasoning) {
    /** The body to send upstream for {@code upstreamModel}: the caller's own bytes where nothing must change. */
    public Slice bodyFor(String upstreamModel, byte[] upstreamModelJson) {
        boolean sameModel = upstreamModel.equals(model);
        if (sameModel && usageSplice.with().length == 0) {
            return body;
        }
        List<Splice> splices = new ArrayList<>(2);
        if (!sameModel) {
            splices.add(new Splice(modelFrom, modelTo, upstreamModelJson));
        }
        if (usageSplice.with().length > 0) {
            splices.add(splices.isEmpty() || usageSplice.from() >= modelTo ? splices.size() : 0, usageSplice);
        }
        return Slice.of(Splice.apply(body, splices));
    }
}
