package dev.mizan.operation;

import dev.mizan.dialect.Refusal;
import java.io.IOException;
import java.util.Base64;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;

/** The text of a document: as it is, or of a PDF in base64. Takes its time: not for an event loop. */
final class DocumentText {
    /** A longer PDF is refused: nobody pays for reading it by mistake. */
    static final int PAGES_MAX = 500;

    /** What a PDF's first bytes, {@code %PDF-}, are in base64. */
    private static final String PDF = "JVBERi0";

    private DocumentText() {}

    /**
     * The text of {@code content}.
     *
     * @throws dev.mizan.dialect.RefusedException if it is a PDF that can't be read, or that has no text
     */
    static String of(String content) {
        String text = content.strip();
        if (!text.startsWith(PDF)) {
            return content;
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw refused("is not valid base64");
        }
        try (PDDocument document = Loader.loadPDF(bytes)) {
            if (document.getNumberOfPages() > PAGES_MAX) {
                throw refused("has " + document.getNumberOfPages() + " pages (expected: at most " + PAGES_MAX + ")");
            }
            String found = new PDFTextStripper().getText(document);
            if (found.isBlank()) {
                throw refused("is a PDF without text (expected: one with text; pictures are not read)");
            }
            return found;
        } catch (IOException e) {
            throw refused("is a PDF that can't be read: " + e.getMessage());
        }
    }

    private static RuntimeException refused(String what) {
        return Refusal.field("content", "'content' " + what + ".").thrown();
    }
}
