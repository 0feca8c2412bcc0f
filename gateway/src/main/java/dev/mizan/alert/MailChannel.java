package dev.mizan.alert;

import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.StartTLSOptions;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends an alert by SMTP: a subject and a body in the configured language. A message's id is made of the alert's. */
final class MailChannel implements Channel, AutoCloseable {
    static final String NAME = "email";

    private static final int PORT = 25;
    private static final int TLS_PORT = 465;
    private static final int ERROR_LENGTH_MAX = 200;

    private final AlertSettings settings;
    private final AlertSettings.Email email;
    private final Duration patience;
    private final String password;
    private final MailClient client;

    MailChannel(Vertx vertx, AlertSettings settings, AlertSettings.Email email, Duration patience) {
        this.settings = settings;
        this.email = email;
        this.patience = patience;
        URI smtp = email.smtp();
        boolean tls = "smtps".equalsIgnoreCase(smtp.getScheme());
        MailConfig config = new MailConfig()
                .setHostname(smtp.getHost())
                .setPort(smtp.getPort() >= 0 ? smtp.getPort() : tls ? TLS_PORT : PORT)
                .setSsl(tls)
                .setStarttls(StartTLSOptions.OPTIONAL)
                .setMaxPoolSize(1)
                .setKeepAlive(false)
                .setOwnHostname("mizan");
        String user = smtp.getRawUserInfo();
        int colon = user == null ? -1 : user.indexOf(':');
        if (user != null && colon > 0) {
            password = decoded(user.substring(colon + 1));
            // A password never goes over a line that anybody can read.
            config.setLogin(LoginOption.REQUIRED)
                    .setStarttls(tls ? StartTLSOptions.OPTIONAL : StartTLSOptions.REQUIRED)
                    .setUsername(decoded(user.substring(0, colon)))
                    .setPassword(password);
        } else {
            password = "";
            config.setLogin(LoginOption.DISABLED);
        }
        config.setConnectTimeout((int) patience.toMillis()).setIdleTimeout((int) Math.max(1, patience.toSeconds()));
        client = MailClient.create(vertx, config);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Sent send(Alert alert) {
        Alert.Text text = alert.text(settings.language());
        MailMessage message = new MailMessage()
                .setFrom(email.from())
                .setTo(email.to())
                .setSubject("[Mizan] " + text.title())
                .setText(text.body() + "\n\n" + alert.level() + " · " + alert.subject() + " · " + alert.id() + "\n")
                .addHeader("Message-ID", "<" + alert.id() + "@mizan>")
                .addHeader("Auto-Submitted", "auto-generated");
        try {
            var _ = client.sendMail(message)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Sent.Taken();
        } catch (ExecutionException e) {
            return new Sent.Failed(explained(Objects.requireNonNullElse(e.getCause(), e)));
        } catch (TimeoutException e) {
            return new Sent.Failed("no answer from " + email.smtp().getHost() + " in " + patience.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Sent.Failed("interrupted");
        }
    }

    @Override
    public void close() {
        client.close().toCompletionStage().toCompletableFuture().join();
    }

    private String explained(Throwable failure) {
        String said = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        String safe = password.isEmpty() ? said : said.replace(password, "***");
        return "mail server: " + (safe.length() > ERROR_LENGTH_MAX ? safe.substring(0, ERROR_LENGTH_MAX) + "…" : safe);
    }

    private static String decoded(String text) {
        // A plus sign is one: this is no form.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
