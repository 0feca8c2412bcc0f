package dev.mizan.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.ErrorStyle;
import dev.mizan.dialect.RefusedException;
import dev.mizan.identity.Key;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Principal;
import dev.mizan.money.NanoUsd;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OperationTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Key LICENCE = new Key(
            "DMZ-xyz",
            new Principal("default", "", "Acero", "DMZ-xyz", "", "DMZ-xyz", "BASIC"),
            false,
            Long.MAX_VALUE,
            Set.of());

    private final Operation chat =
            new Operation(settings(OperationSettings.Kind.TEXT, "{greeting}, {message}! {\"a\"}"));
    private final Operation analyze =
            new Operation(settings(OperationSettings.Kind.DOCUMENT, "{hint}|{filename}|{content}"));

    @Test
    void fieldsOfTheCallTakeTheirPlacesInThePrompt() {
        JsonNode question = JSON.readTree(
                bytes(chat.question(body("{\"greeting\":\"Hi {message}\",\"message\":42}"), name -> "", Key.MASTER)));

        assertThat(question.path("model").asString()).isEqualTo("smart");
        assertThat(question.path("messages").get(0).path("content").asString()).isEqualTo("Be brief.");
        // What was put in is not looked at again, and other braces are text.
        assertThat(question.path("messages").get(1).path("content").asString()).isEqualTo("Hi {message}, 42! {\"a\"}");
        assertThat(question.has("response_format")).isFalse();
    }

    @Test
    void parametersOfTheAddressStandInForFields() {
        JsonNode question = JSON.readTree(bytes(chat.question(body(""), name -> name.substring(0, 1), Key.MASTER)));

        assertThat(question.path("messages").get(1).path("content").asString()).isEqualTo("g, m! {\"a\"}");
    }

    @Test
    void aPdfBecomesItsTextAndAHintGoesByTheFilesName() throws IOException {
        String call = "{\"license_id\":\"DMZ-xyz\",\"filename\":\"Dekont-1.pdf\",\"content\":\"" + pdf("Tutar 1.250,00")
                + "\"}";

        JsonNode question = JSON.readTree(bytes(analyze.question(body(call), name -> "", LICENCE)));

        assertThat(question.path("messages").get(1).path("content").asString())
                .startsWith("a receipt|Dekont-1.pdf|Tutar 1.250,00");
        assertThat(question.path("response_format").path("type").asString()).isEqualTo("json_object");
    }

    @Test
    void documentsThatCantBeReadAndLicencesOfOthersAreRefused() throws IOException {
        assertRefused("{\"content\":\"JVBERi0xLjQK\"}", "'content' is a PDF that can't be read");
        assertRefused("{\"content\":\"" + pdf("") + "\"}", "PDF without text");
        assertRefused("{\"content\":\" \"}", "'content' is missing");
        assertRefused("{\"content\":\"x\",\"license_id\":\"DMZ-other\"}", "'license_id' is not the one");
        assertRefused("{\"content\":\"x\",\"hint\":\"mine\"}", "'hint' is unknown here");
    }

    @Test
    void theModelsFindingsAreTheAnswerWithUsageAndCost() {
        OperationReply reply = analyze.reply(completion(
                "```json\\n{\\\"document_type\\\":\\\"fatura\\\"," + "\\\"fields\\\":{\\\"no\\\":\\\"7\\\"}}\\n```"));
        Usage usage =
                Usage.builder().set(Unit.INPUT, 4_200).set(Unit.OUTPUT, 850).build();
        Cost cost = Cost.NONE.withOverage(NanoUsd.ofNanos(570_000));

        String answer = new String(
                bytes(reply.answer("m", usage, cost, Optional.of(new BigDecimal("38")))), StandardCharsets.UTF_8);

        assertThat(reply.documentType()).isEqualTo("fatura");
        assertThat(answer)
                .isEqualTo(
                        "{\"document_type\":\"fatura\",\"fields\":{\"no\":\"7\"},\"model\":\"m\","
                                + "\"usage\":{\"input\":4200,\"output\":850,\"total\":5050},\"cost_usd\":0.00057,\"cost_try\":0.02166}");
    }

    @Test
    void whatIsNoJsonIsGivenAsTextAndUnknownTypesAreNotOnTheLedger() {
        OperationReply text = analyze.reply(completion("Sorry."));
        assertThat(text.documentType()).isEmpty();
        assertThat(text.body().toString()).isEqualTo("{\"document_type\":null,\"fields\":{},\"text\":\"Sorry.\"}");

        assertThat(analyze.reply(completion("{\\\"document_type\\\":\\\"poem\\\"}"))
                        .documentType())
                .isEmpty();
    }

    private void assertRefused(String call, String message) {
        assertThatThrownBy(() -> analyze.question(body(call), name -> "", LICENCE))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().message()).contains(message));
    }

    private static OperationSettings settings(OperationSettings.Kind kind, String prompt) {
        boolean isDocument = kind == OperationSettings.Kind.DOCUMENT;
        return new OperationSettings(
                "/agent/chat",
                kind,
                "chat",
                "smart",
                "Be brief.",
                prompt,
                0,
                isDocument,
                ErrorStyle.DIALECT,
                List.of(new OperationSettings.Hint("(?i)dekont", "a receipt")),
                isDocument ? List.of("fatura", "banka-dekontu") : List.of());
    }

    private static String pdf(String text) throws IOException {
        try (PDDocument document = new PDDocument();
                ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            PDPage page = new PDPage();
            document.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.beginText();
                content.setFont(new PDType1Font(FontName.HELVETICA), 12);
                content.newLineAtOffset(50, 700);
                content.showText(text);
                content.endText();
            }
            document.save(out);
            return Base64.getEncoder().encodeToString(out.toByteArray());
        }
    }

    private static Slice completion(String content) {
        return body("{\"choices\":[{\"message\":{\"content\":\"" + content + "\"}}]}");
    }

    private static Slice body(String json) {
        return Slice.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(Slice slice) {
        return java.util.Arrays.copyOfRange(slice.array(), slice.from(), slice.from() + slice.length());
    }
}
