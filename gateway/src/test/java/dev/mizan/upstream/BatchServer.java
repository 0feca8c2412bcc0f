package dev.mizan.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's files and batches as its reference documents them
 * (https://platform.openai.com/docs/api-reference/batch): files are kept, a batch stays in progress until {@link #end}.
 * Every line is answered with ten tokens in and five out; those whose {@code custom_id} begins with {@code bad} fail.
 * Safe for use by many threads.
 */
public final class BatchServer implements Answer {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, String> contents = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> files = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> batches = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    /** What was uploaded last, as it came. */
    public String uploaded() {
        return contents.getOrDefault("file-1", "");
    }

    /** Lets every batch in progress end with this status, its answers ready. */
    public void end(String status) {
        for (ObjectNode batch : batches.values()) {
            if (!batch.path("status").asString("").equals("in_progress")) {
                continue;
            }
            StringBuilder output = new StringBuilder();
            StringBuilder errors = new StringBuilder();
            contents.getOrDefault(batch.path("input_file_id").asString(""), "")
                    .lines()
                    .forEach(line -> answer(JSON.readTree(line), output, errors));
            if (status.equals("completed")) {
                batch.put("output_file_id", keep(output.toString(), "output.jsonl", "batch_output"));
            }
            if (!errors.isEmpty()) {
                batch.put("error_file_id", keep(errors.toString(), "errors.jsonl", "batch_output"));
            }
            batch.put("status", status);
        }
    }

    /** Lets every batch that is being cancelled be so. */
    public void cancelled() {
        for (ObjectNode batch : batches.values()) {
            if (batch.path("status").asString("").equals("cancelling")) {
                batch.put("status", "cancelled");
            }
        }
    }

    private static void answer(JsonNode line, StringBuilder output, StringBuilder errors) {
        String id = line.path("custom_id").asString("");
        ObjectNode answer = JSON.createObjectNode().put("id", "batch_req_" + id).put("custom_id", id);
        ObjectNode response = answer.putObject("response");
        if (id.startsWith("bad")) {
            response.put("status_code", 400).put("request_id", "r").putObject("body");
            errors.append(answer).append('\n');
            return;
        }
        response.put("status_code", 200).put("request_id", "r");
        ObjectNode body = response.putObject("body")
                .put("id", "chatcmpl-1")
                .put("object", "chat.completion")
                .put("created", 1_762_430_400)
                .put("model", line.path("body").path("model").asString(""));
        body.putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", "stop")
                .putObject("message")
                .put("role", "assistant")
                .put("content", "Hello");
        if (id.startsWith("silent")) {
            output.append(answer).append('\n');
            return;
        }
        body.putObject("usage")
                .put("prompt_tokens", 10)
                .put("completion_tokens", 5)
                .put("total_tokens", 15);
        answer.putNull("error");
        output.append(answer).append('\n');
    }

    @Override
    public void to(Exchange exchange) throws IOException {
        Received request = exchange.received();
        String[] path = request.path().split("/", -1);
        String id = path.length > 3 ? path[3] : "";
        String rest = path.length > 4 ? path[4] : "";
        boolean isPost = request.method().equals("POST");
        if (path[2].equals("files") && isPost) {
            exchange.json(200, told(upload(request)));
        } else if (path[2].equals("files") && request.method().equals("DELETE")) {
            files.remove(id);
            exchange.json(200, "{\"id\":\"" + id + "\",\"object\":\"file\",\"deleted\":true}");
        } else if (path[2].equals("files") && rest.equals("content")) {
            exchange.whole(
                    200,
                    "application/octet-stream",
                    contents.getOrDefault(id, "").getBytes(StandardCharsets.UTF_8));
        } else if (path[2].equals("files") && files.containsKey(id)) {
            exchange.json(200, told(id));
        } else if (path[2].equals("batches") && isPost && id.isEmpty()) {
            exchange.json(200, create(request.json()).toString());
        } else if (path[2].equals("batches") && batches.containsKey(id)) {
            if (rest.equals("cancel")) {
                batches.get(id).put("status", "cancelling");
            }
            exchange.json(200, batches.get(id).toString());
        } else {
            exchange.json(404, Answers.error("No such " + path[2], "invalid_request_error", ""));
        }
    }

    private String told(String file) {
        return Objects.requireNonNull(files.get(file)).toString();
    }

    /** Reads the form: the part called {@code file}, between its head and the next boundary. */
    private String upload(Received request) {
        String text = request.text();
        String boundary = "--" + request.header("content-type").orElse("").replaceAll(".*boundary=", "");
        for (String part : text.split(java.util.regex.Pattern.quote(boundary), -1)) {
            int head = part.indexOf("\r\n\r\n");
            if (head > 0 && part.substring(0, head).contains("name=\"file\"")) {
                return keep(part.substring(head + 4, part.length() - 2), "input.jsonl", "batch");
            }
        }
        throw new IllegalStateException("no file in " + text);
    }

    private String keep(String content, String name, String purpose) {
        String id = "file-" + ids.incrementAndGet();
        contents.put(id, content);
        files.put(
                id,
                JSON.createObjectNode()
                        .put("id", id)
                        .put("object", "file")
                        .put("bytes", content.length())
                        .put("created_at", 1_762_430_400)
                        .put("filename", name)
                        .put("purpose", purpose)
                        .put("status", "processed"));
        return id;
    }

    private ObjectNode create(JsonNode asked) {
        String id = "batch_" + ids.incrementAndGet();
        ObjectNode batch = JSON.createObjectNode()
                .put("id", id)
                .put("object", "batch")
                .put("endpoint", asked.path("endpoint").asString(""))
                .put("input_file_id", asked.path("input_file_id").asString(""))
                .put("completion_window", "24h")
                .put("status", "in_progress")
                .put("created_at", 1_762_430_400);
        batches.put(id, batch);
        return batch;
    }
}
