package dev.mizan.e2e;

import java.io.IOException;

/** What tests send. */
final class Calls {
    private Calls() {}

    /** A chat completion with one message. */
    static String chat(String model) {
        return "{\"model\":\"" + model
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the scales\"}]}";
    }

    /** The same, streamed, without asking for usage. */
    static String stream(String model) {
        return "{\"model\":\"" + model
                + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the scales\"}]}";
    }

    /** The same, streamed, with usage. */
    static String streamWithUsage(String model) {
        return "{\"model\":\"" + model + "\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the scales\"}]}";
    }

    /** Makes a virtual key; its text. */
    static String generateKey(int port, String masterKey, String body) throws IOException {
        try (Caller caller = new Caller(port, masterKey)) {
            Reply reply = caller.post("/key/generate", body).reply();
            String key = reply.json().path("key").asString("");
            if (key.isEmpty()) {
                throw new AssertionError("/key/generate answers " + reply.status() + ": " + reply.text());
            }
            return key;
        }
    }
}
