package dev.mizan.translation.model;

import java.util.List;

/**
 * Takes an answer piece by piece, as a stream brings it.
 *
 * <p>{@code choice} counts answers from 0. Tools' calls are counted from 0 within their choice; pieces of several may
 * come in turns.
 */
public interface AnswerSink {
    /** The answer begins. May be told more than once. */
    void start();

    void text(int choice, String text);

    /** Text by which the model declines. */
    void declined(int choice, String text);

    void thinking(int choice, String text);

    /** Signs what was thought since the last signature. */
    void signature(int choice, String signature);

    void hiddenThinking(int choice, String data);

    /** A call of a tool begins; {@code signature} is empty if there is none. */
    void toolCall(int choice, int call, String id, String name, String signature);

    /** A piece of the JSON of a call's arguments. */
    void arguments(int choice, int call, String piece);

    void logprobs(int choice, List<Logprob> tokens);

    /** The choice is complete; {@code stopSequence} is empty if it was none. */
    void finish(int choice, FinishReason reason, String stopSequence);

    /** The provider gave up. */
    void failure(Problem problem);
}
