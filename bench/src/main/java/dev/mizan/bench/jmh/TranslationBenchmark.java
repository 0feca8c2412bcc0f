package dev.mizan.bench.jmh;

import dev.mizan.dialect.Route;
import dev.mizan.dialect.WireFormat;
import dev.mizan.translation.StreamTranslator;
import dev.mizan.translation.Translation;
import dev.mizan.translation.Translation.Call;
import dev.mizan.translation.Translation.Target;
import dev.mizan.translation.Translations;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What translating costs: a call of three messages and a tool, one event of a stream, and a whole answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TranslationBenchmark {
    private static final Call CALL =
            new Call("01JT0000000000000000000000", "smart", 1_750_000_000L, Route.CHAT_COMPLETIONS);
    private static final Target TARGET = new Target("upstream-model", -1, "max_tokens", true, false);
    private static final Slice CHAT = json("""
            {"model":"smart","temperature":0.2,"max_tokens":400,"stream":true,"messages":[
             {"role":"system","content":"You are a helpful assistant that answers in one sentence."},
             {"role":"user","content":"What is the capital of France, and how many people live in it?"},
             {"role":"assistant","content":"Paris; about two million in the city itself."}],
             "tools":[{"type":"function","function":{"name":"population","description":"Looks a city up.",
              "parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]}""");
    private static final Slice MESSAGES = json("""
            {"model":"smart","temperature":0.2,"max_tokens":400,"stream":true,
             "system":"You are a helpful assistant that answers in one sentence.","messages":[
             {"role":"user","content":"What is the capital of France, and how many people live in it?"},
             {"role":"assistant","content":"Paris; about two million in the city itself."},
             {"role":"user","content":"And of Turkey?"}],
             "tools":[{"name":"population","description":"Looks a city up.",
              "input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]}""");
    private static final Slice CHAT_EVENT = json("""
            {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1750000000,"model":"gpt","choices":[{"index":0,\
            "delta":{"content":" capital"},"logprobs":null,"finish_reason":null}],"usage":null}""");
    private static final Slice MESSAGES_EVENT = json("""
            {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" capital"}}""");
    private static final Slice CHAT_ANSWER = json("""
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt","choices":[{"index":0,"message":
             {"role":"assistant","content":"Ankara; about five and a half million people."},"finish_reason":"stop"}],
             "usage":{"prompt_tokens":60,"completion_tokens":12,"total_tokens":72}}""");
    private static final Slice MESSAGES_ANSWER = json("""
            {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":
             "Ankara; about five and a half million people."}],"stop_reason":"end_turn",
             "usage":{"input_tokens":60,"output_tokens":12}}""");

    /** Which way calls go. */
    public enum Way {
        OPENAI_TO_ANTHROPIC,
        ANTHROPIC_TO_OPENAI
    }

    private record Bodies(Translation translation, Slice request, Slice event, Slice answer) {
        static Bodies of(Way way) {
            return switch (way) {
                case OPENAI_TO_ANTHROPIC ->
                    new Bodies(
                            Translations.of(WireFormat.OPENAI_CHAT, WireFormat.ANTHROPIC_MESSAGES)
                                    .orElseThrow(),
                            CHAT,
                            MESSAGES_EVENT,
                            MESSAGES_ANSWER);
                case ANTHROPIC_TO_OPENAI ->
                    new Bodies(
                            Translations.of(WireFormat.ANTHROPIC_MESSAGES, WireFormat.OPENAI_CHAT)
                                    .orElseThrow(),
                            MESSAGES,
                            CHAT_EVENT,
                            CHAT_ANSWER);
            };
        }
    }

    @Param
    private Way way = Way.OPENAI_TO_ANTHROPIC;

    private Bodies bodies = Bodies.of(way);
    private StreamTranslator stream = bodies.translation.stream(CALL);
    private final List<Slice> out = new ArrayList<>();

    private static Slice json(String text) {
        return Slice.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Begins the stream whose events are measured. */
    @Setup
    public void beginStream() {
        bodies = Bodies.of(way);
        stream = bodies.translation.stream(CALL);
        stream.event(bodies.event, out);
    }

    @Benchmark
    public Slice request() {
        return bodies.translation.request(bodies.request, TARGET);
    }

    @Benchmark
    public List<Slice> event() {
        out.clear();
        stream.event(bodies.event, out);
        return out;
    }

    @Benchmark
    public Slice answer() {
        return bodies.translation.answer(bodies.answer, CALL);
    }
}
