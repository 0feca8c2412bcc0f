package dev.mizan.dialect;

import dev.mizan.dialect.Extent.OutputField;
import dev.mizan.wire.Json;
import dev.mizan.wire.Slice;
import dev.mizan.wire.Splice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What Mizan needs to know of a call's body; everything else in it passes through unseen.
 *
 * @param body the caller's bytes
 * @param model the model named
 * @param modelFrom where its JSON string starts in the body, quote included; -1 if the path names it
 * @param modelTo where it ends
 * @param outputPlace where a limit of output is put in if the body has none
 * @param streaming whether a stream was asked for
 * @param usageAsked whether a streaming caller asked for usage
 * @param usageSplice the change that asks the provider for usage of a stream; replaces nothing with nothing if none is
 *     due
 * @param maxOutputTokens the caller's bound of output tokens per choice; -1 if none
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
        OutputPlace outputPlace,
        boolean streaming,
        boolean usageAsked,
        Splice usageSplice,
        long maxOutputTokens,
        int messages,
        String endUser,
        boolean reasoning,
        Extent extent) {
    /**
     * Where a limit of output is put in.
     *
     * @param from where it replaces what is there, up to {@code to}
     * @param before what comes before the number; empty for a field, by the provider's own name, in an object that has
     *     others
     * @param after what comes behind it
     */
    public record OutputPlace(int from, int to, String before, String after) {
        /** As the first field of the object whose brace is before {@code at}. */
        public static OutputPlace firstField(int at) {
            return new OutputPlace(at, at, "", "");
        }
    }

    /** No limit of output is set or changed. */
    public static final long AS_IT_IS = -1;

    /**
     * The body to send upstream for {@code upstreamModel}: the caller's own bytes where nothing must change.
     *
     * @param outputTokens the limit of output that the provider must be sent; {@link #AS_IT_IS} for the caller's own
     * @param outputField the provider's own field for it where the caller names none, e.g. {@code max_tokens}
     */
    public Slice bodyFor(String upstreamModel, byte[] upstreamModelJson, long outputTokens, String outputField) {
        boolean sameModel = modelFrom < 0 || upstreamModel.equals(model);
        boolean sameOutput = outputTokens == AS_IT_IS || outputTokens == maxOutputTokens;
        if (sameModel && sameOutput && usageSplice.with().length == 0) {
            return body;
        }
        List<Splice> splices = new ArrayList<>(4);
        if (!sameModel) {
            splices.add(new Splice(modelFrom, modelTo, upstreamModelJson));
        }
        if (usageSplice.with().length > 0) {
            splices.add(usageSplice);
        }
        if (!sameOutput) {
            limitOutput(outputTokens, outputField, splices);
        }
        if (splices.size() > 1) {
            splices.sort(Comparator.comparingInt(Splice::from));
        }
        return Slice.of(Splice.apply(body, splices));
    }

    private void limitOutput(long outputTokens, String outputField, List<Splice> splices) {
        byte[] value = Json.raw(Long.toString(outputTokens));
        boolean replaced = false;
        for (OutputField field : extent.outputFields()) {
            splices.add(new Splice(field.from(), field.to(), value));
            replaced = true;
        }
        if (!replaced) {
            String text = outputPlace.before().isEmpty()
                    ? "\"" + outputField + "\":" + outputTokens + ","
                    : outputPlace.before() + outputTokens + outputPlace.after();
            splices.add(new Splice(outputPlace.from(), outputPlace.to(), Json.raw(text)));
        }
    }
}
