package dev.mizan.translation.bedrock;

import dev.mizan.translation.model.JsonTree;
import dev.mizan.translation.model.Losses;
import dev.mizan.translation.model.Media;
import dev.mizan.translation.model.Part;
import dev.mizan.translation.model.ToolIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the blocks of one call's messages. Not safe for use by many threads. */
final class BedrockBlocks {
    private static final Map<String, String> IMAGES =
            Map.of("image/png", "png", "image/jpeg", "jpeg", "image/gif", "gif", "image/webp", "webp");
    private static final Map<String, String> DOCUMENTS = Map.of(
            "application/pdf",
            "pdf",
            "text/csv",
            "csv",
            "application/msword",
            "doc",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
            "application/vnd.ms-excel",
            "xls",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
            "text/html",
            "html",
            "text/plain",
            "txt",
            "text/markdown",
            "md");

    /** What may not be in a document's name. */
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^a-zA-Z0-9\\-()\\[\\]]+");

    private final Losses losses;
    private int documents;

    BedrockBlocks(Losses losses) {
        this.losses = losses;
    }

    /** The blocks of one turn; results of tools stand first. */
    ArrayNode write(List<Part> parts) {
        List<ObjectNode> results = new ArrayList<>();
        List<ObjectNode> others = new ArrayList<>();
        List<ObjectNode> last = others;
        for (Part part : parts) {
            if (!(part instanceof Part.CachePoint)) {
                last = part instanceof Part.ToolResult ? results : others;
            }
            block(part, last);
        }
        ArrayNode blocks = JsonTree.array();
        results.forEach(blocks::add);
        others.forEach(blocks::add);
        return blocks;
    }

    private void block(Part part, List<ObjectNode> to) {
        switch (part) {
            case Part.Text(String text) -> to.add(JsonTree.object().put("text", text));
            case Part.Declined(String text) -> to.add(JsonTree.object().put("text", text));
            case Part.Image image -> {
                if (!image.detail().isEmpty()) {
                    losses.cannot(image.place().at("detail"));
                }
                media("image", image.media(), image.place().path(), "", to);
            }
            case Part.Document document ->
                media("document", document.media(), document.place().path(), name(document.name()), to);
            case Part.Audio audio -> media("audio", audio.media(), audio.place().path(), "", to);
            case Part.ToolCall call -> {
                ObjectNode block = JsonTree.object();
                block.putObject("toolUse")
                        .put("toolUseId", ToolIds.plain(call.id()))
                        .put("name", call.name())
                        .set("input", JsonTree.arguments(call.arguments()));
                to.add(block);
            }
            case Part.ToolResult result -> {
                ObjectNode block = JsonTree.object();
                ObjectNode inner = block.putObject("toolResult").put("toolUseId", ToolIds.plain(result.callId()));
                inner.set("content", write(result.content()));
                if (result.error()) {
                    inner.put("status", "error");
                }
                to.add(block);
            }
            case Part.Thinking(String text, String signature) -> {
                // Without its signature a thought is refused; with none at all the model thinks anew.
                if (!signature.isEmpty()) {
                    ObjectNode block = JsonTree.object();
                    block.putObject("reasoningContent")
                            .putObject("reasoningText")
                            .put("text", text)
                            .put("signature", signature);
                    to.add(block);
                }
            }
            case Part.HiddenThinking(String data) -> {
                ObjectNode block = JsonTree.object();
                block.putObject("reasoningContent").put("redactedContent", data);
                to.add(block);
            }
            case Part.CachePoint(Part.Lifetime lifetime) -> {
                ObjectNode block = JsonTree.object();
                ObjectNode point = block.putObject("cachePoint").put("type", "default");
                if (lifetime == Part.Lifetime.HOUR) {
                    point.put("ttl", "1h");
                }
                to.add(block);
            }
        }
    }

    private void media(String type, Media media, String path, String name, List<ObjectNode> to) {
        String mimeType =
                switch (media) {
                    case Media.Inline inline -> inline.mimeType();
                    case Media.Plain _ -> "text/plain";
                    case Media.Link _, Media.File _ -> "";
                };
        String format =
                switch (type) {
                    case "image" -> IMAGES.getOrDefault(mimeType, "");
                    case "document" -> DOCUMENTS.getOrDefault(mimeType, "");
                    default -> mimeType.equals("audio/mpeg") ? "mp3" : mimeType.substring(mimeType.indexOf('/') + 1);
                };
        if (format.isEmpty()) {
            losses.cannot(path);
            return;
        }
        ObjectNode block = JsonTree.object();
        ObjectNode inner = block.putObject(type).put("format", format);
        if (!name.isEmpty()) {
            inner.put("name", name);
        }
        ObjectNode source = inner.putObject("source");
        switch (media) {
            case Media.Inline inline -> source.put("bytes", inline.base64());
            case Media.Plain(String text) -> source.put("text", text);
            case Media.Link _, Media.File _ -> {
                // Has no format that is known, and was refused above.
            }
        }
        to.add(block);
    }

    /** Names must be there, differ, and be of few characters. */
    private String name(String said) {
        String plain = NOT_IN_NAMES.matcher(said).replaceAll("-");
        String number = documents++ == 0 ? "" : "-" + documents;
        return (plain.isEmpty() ? "document" : plain) + number;
    }
}
