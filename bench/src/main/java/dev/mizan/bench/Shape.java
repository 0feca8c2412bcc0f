package dev.mizan.bench;

import java.util.Locale;

/** What the calls of a run look like: three messages, answered whole or streamed. */
public enum Shape {
    PLAIN("\"stream\":false"),
    STREAM("\"stream\":true");

    private final String member;

    Shape(String member) {
        this.member = member;
    }

    /** The JSON body of a call. */
    public String body() {
        return """
                {"model":"bench","messages":[{"role":"system","content":"You are a helpful assistant that answers in \
                one short paragraph and never makes anything up."},{"role":"user","content":"What does a pair of scales \
                have to do with keeping books?"},{"role":"user","content":"And why is it called a trial balance? Please \
                answer for somebody who has never seen a ledger."}],"temperature":0.2,"max_tokens":256,%s}""".formatted(member);
    }

    /** What reports call it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
