package dev.mizan.translation.model;

import java.util.List;

/**
 * How probable a token of the answer was.
 *
 * @param value natural logarithm of the probability
 * @param likeliest the likeliest tokens in its place, if asked for
 */
public record Logprob(String token, double value, List<Logprob> likeliest) {
    public Logprob {
        likeliest = List.copyOf(likeliest);
    }
}
