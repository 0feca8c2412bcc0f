package dev.mizan.alert;

import java.net.URI;
import java.util.Map;

/** Posts {@code {"text": …}}, as Slack's incoming webhooks and those that imitate them take it. */
final class SlackChannel implements Channel {
    static final String NAME = "slack";

    private final Post post;
    private final URI address;
    private final AlertSettings settings;

    SlackChannel(Post post, URI address, AlertSettings settings) {
        this.post = post;
        this.address = address;
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Sent send(Alert alert) {
        // Slack reads these three as markup (api.slack.com/reference/surfaces/formatting, read 2026-11-25).
        String text = alert.text(settings.language())
                .title()
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
        return post.json(
                address, AlertJson.bytes(AlertJson.object().put("text", text)), Map.of(), settings.allowInternal());
    }
}
