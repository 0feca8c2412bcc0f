package dev.mizan.price;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameMatchTest {
    @ParameterizedTest
    @CsvSource({
        "gpt-4, gpt-4, true",
        "gpt-4, gpt-4o, false",
        "gpt-4*, gpt-4o, true",
        "gpt-4*, gpt-4, true",
        "gpt-4*, a-gpt-4, false",
        "*claude*, us.anthropic.claude-3, true",
        "*claude*, claude, true",
        "*claude*, clude, false",
        "*-mini, gpt-4o-mini, true",
        "*-mini, gpt-4o-minis, false",
        "*, anything, true",
        "a*b*c, a1b2c, true",
        "a*b*c, abc, true",
        "a*b*c, acb, false",
        "ab*ba, aba, false",
        "a*bb*b, abbb, true",
        "re:^o[134], o3-mini, true",
        "re:^o[134], go3, false",
        "re:\\d{4}$, gpt-4-0613, true",
        "*hugging* & *groq*, huggingface_groq, true",
        "*hugging* & *groq*, huggingface_nebius, false"
    })
    void aPatternMatchesOrDoesNot(String pattern, String name, boolean expected) {
        assertThat(NameMatch.matches(pattern, name)).isEqualTo(expected);
    }
}
