package dev.mizan.translation.model;

import dev.mizan.usage.Usage;
import java.util.List;

/** A whole answer in no one's format. */
public record Answer(List<Choice> choices, Usage usage) {
    public Answer {
        choices = List.copyOf(choices);
    }

    /**
     * One of the answers that were asked for.
     *
     * @param stopSequence the one that ended it, if the provider says; else empty
     */
    public record Choice(
            int index, List<Part> parts, FinishReason finish, String stopSequence, List<Logprob> logprobs) {
        public Choice {
            parts = List.copyOf(parts);
            logprobs = List.copyOf(logprobs);
        }
    }
}
