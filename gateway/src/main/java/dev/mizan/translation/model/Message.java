package dev.mizan.translation.model;

import java.util.ArrayList;
import java.util.List;

/** One turn of a conversation; tools' results are the user's turn. */
public record Message(Role role, List<Part> parts) {
    public Message {
        parts = List.copyOf(parts);
    }

    /** Whose turn it is. */
    public enum Role {
        USER,
        ASSISTANT
    }

    /** Collects turns: neighbours of one role are one turn, and empty texts are none. */
    public static final class Conversation {
        private final List<Message> messages = new ArrayList<>();
        private final List<Part> parts = new ArrayList<>();
        private Role role = Role.USER;

        /** Adds {@code part} to the turn of {@code of}. */
        public void add(Role of, Part part) {
            if (part instanceof Part.Text(String text) && text.isEmpty()) {
                return;
            }
            if (of != role) {
                turn();
                role = of;
            }
            parts.add(part);
        }

        /** All turns so far, in their order. */
        public List<Message> messages() {
            turn();
            return List.copyOf(messages);
        }

        private void turn() {
            if (!parts.isEmpty()) {
                messages.add(new Message(role, parts));
                parts.clear();
            }
        }
    }
}
