package dev.mizan.dialect;

import java.util.List;

/**
 * How far a call may go, beyond its text and its output limit: what the most that it can use is made of.
 *
 * @param outputFields where the body says how much output it wants, in their order in the body; the smallest counts
 * @param outputs how many answers each may be asked for, prompts times choices, ≥ 1
 * @param images pictures in it, ≥ 0
 * @param audioBytes bytes of the body that are recorded sound
 * @param mediaBytes bytes of the body that are pictures or sound, and so no text
 * @param predicted whether it sends a predicted output, which is charged as output where it is wrong
 * @param speaks whether it asks for sound as its output
 * @param otherTier whether it asks for another service tier than the standard or a cheaper one
 * @param toolCalls calls of tools since the last message of a user
 * @param toolResults results of tools that it brings for the first time: those after the model's last answer
 * @param documents documents and results of tools in it
 * @param unbounded the field because of which nobody can say what it will use; empty if there is none
 */
public record Extent(
        List<OutputField> outputFields,
        int outputs,
        int images,
        long audioBytes,
        long mediaBytes,
        boolean predicted,
        boolean speaks,
        boolean otherTier,
        int toolCalls,
        int toolResults,
        int documents,
        String unbounded) {
    public Extent {
        outputFields = List.copyOf(outputFields);
    }

    /**
     * A field that limits the output.
     *
     * @param from where its value starts in the body
     * @param to where it ends
     */
    public record OutputField(String name, int from, int to, long value) {}
}
