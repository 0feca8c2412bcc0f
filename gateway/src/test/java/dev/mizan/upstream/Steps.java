package dev.mizan.upstream;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An answer that goes on only when the test says so: each call writes its bytes, on the test's thread, and returns once
 * they are in the socket. For one request. Not safe for use by many threads at once.
 */
public final class Steps implements Answer {
    private final CompletableFuture<Exchange> started = new CompletableFuture<>();
    private final CountDownLatch done = new CountDownLatch(1);

    @Override
    public void to(Exchange exchange) throws InterruptedException {
        started.complete(exchange);
        done.await();
    }

    /** The request, once it has come. Throws {@link AssertionError} after ten seconds. */
    public Received request() throws InterruptedException {
        return exchange().received();
    }

    /** Sends the head of an event stream. */
    public Steps open(String... headers) throws IOException, InterruptedException {
        exchange().eventStream(headers);
        return this;
    }

    /** Sends {@code data} as an event, in one chunk. */
    public Steps event(String data) throws IOException, InterruptedException {
        exchange().chunk("data: " + data + "\n\n");
        return this;
    }

    /** Sends a chunk of a chat completion that has {@code text}. */
    public Steps delta(String text) throws IOException, InterruptedException {
        return event("""
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1762430400,"model":"gpt-4o-mini",\
                "choices":[{"index":0,"delta":{"content":%s},"logprobs":null,"finish_reason":null}]}""".formatted(Answers.quoted(text)));
    }

    /** Sends the usage chunk that OpenAI ends a stream with. */
    public Steps usage(long prompt, long completion) throws IOException, InterruptedException {
        return event("""
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1762430400,"model":"gpt-4o-mini",\
                "choices":[],"usage":%s}""".formatted(ChatAnswer.usage(prompt, completion)));
    }

    /** Sends {@code text} as one chunk, whatever it is. */
    public Steps raw(String text) throws IOException, InterruptedException {
        exchange().chunk(text);
        return this;
    }

    /** Ends the stream rightly, {@code [DONE]} included. */
    public void end() throws IOException, InterruptedException {
        event("[DONE]");
        exchange().endChunks();
        done.countDown();
    }

    /** Resets the connection. */
    public void reset() throws IOException, InterruptedException {
        exchange().reset();
        done.countDown();
    }

    /** Waits until the gateway has closed the connection; false if it has not in time. */
    public boolean awaitCancelled(long timeoutMillis) throws InterruptedException {
        boolean cancelled = request().awaitCancelled(timeoutMillis);
        done.countDown();
        return cancelled;
    }

    private Exchange exchange() throws InterruptedException {
        try {
            return started.get(10, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new AssertionError("no request reached the upstream within 10 s", e);
        }
    }
}
