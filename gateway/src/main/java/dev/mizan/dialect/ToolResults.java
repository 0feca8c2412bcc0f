package dev.mizan.dialect;

/**
 * Counts the results of tools that a conversation brings to the model for the first time: those after its last answer,
 * which is the last of its messages that a message of the caller's follows. What stands after that is only the
 * beginning of the answer to come. Counts one conversation, told in its order; not safe for use by many threads.
 */
public final class ToolResults {
    private int count;
    private boolean answered;

    /** A message of the model's. */
    public void ofModel() {
        answered = true;
    }

    /** A message of the caller's, with {@code results} in it. */
    public void ofCaller(int results) {
        count = answered ? results : count + results;
        answered = false;
    }

    /** Of the messages so far. */
    public int count() {
        return count;
    }
}
