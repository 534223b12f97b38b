#include "documents_pdf.hpp"

#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include <array>
#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <vector>

#include "apart.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kLargest = 64u << 20;
constexpr std::size_t kMostPages = 2000;
constexpr std::size_t kMostText = 4u << 20;  // bytes of one page's content that are written
constexpr std::size_t kMostOperands = 64;
constexpr double kFarthest = 1e5;  // in units of 1/72 inch; a page has at most 14,400

std::string numberText(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", value);
    return text.data();
}

std::string literal(const std::string& line) {
    std::string out = "(";
    for (const char c : line) {
        if (c == '(' || c == ')' || c == '\\') out += '\\';
        out += c == '\r' || c == '\n' ? ' ' : c;
    }
    return out + ")";
}

/// Reads the operators of a page's content (ISO 32000 Annex A) and writes those that place text, and the text
/// that may stay.
class TextFilter : public QPDFObjectHandle::ParserCallbacks {
public:
    explicit TextFilter(const TextJudge& may_stay) : may_stay_(may_stay) {}

    void handleObject(QPDFObjectHandle object, std::size_t, std::size_t) override {
        if (!object.isOperator()) {
            if (operands_.size() < kMostOperands) operands_.push_back(object);
            return;
        }
        apply(object.getOperatorValue());
        operands_.clear();
        if (out_.size() > kMostText) terminateParsing();
    }
    void handleEOF() override {}

    /// Balanced, whatever the original was.
    std::string finish() {
        if (in_text_) out_ += "ET\n";
        for (; saved_ > 0; --saved_) out_ += "Q\n";
        return std::move(out_);
    }

private:
    void apply(const std::string& name) {
        static const std::map<std::string, std::size_t> kPlacing = {{"cm", 6}, {"Td", 2}, {"TD", 2},
                                                                    {"Tm", 6}, {"TL", 1}, {"Tc", 1},
                                                                    {"Tw", 1}, {"Tz", 1}, {"Ts", 1}};
        if (name == "q" || name == "Q") return state(name);
        if (name == "BT" || name == "ET") return textObject(name);
        if (name == "T*") return emit("T*");
        if (name == "Tf") return font();
        if (name == "Tj") return show(last());
        if (name == "'" || name == "\"") {
            emit("T*");
            return show(last());
        }
        if (name == "TJ") return showPieces(last());
        const auto placing = kPlacing.find(name);
        if (placing != kPlacing.end() && placing->second == operands_.size()) place(name);
    }

    void emit(const std::string& text) { out_ += text + "\n"; }

    QPDFObjectHandle last() { return operands_.empty() ? QPDFObjectHandle::newNull() : operands_.back(); }

    void state(const std::string& name) {
        constexpr int kDeepest = 256;
        if (in_text_ || (name == "Q" ? saved_ == 0 : saved_ == kDeepest)) return;
        saved_ += name == "q" ? 1 : -1;
        emit(name);
    }

    void textObject(const std::string& name) {
        if (in_text_ == (name == "BT")) return;
        in_text_ = !in_text_;
        emit(name);
        size_is_set_ = false;
    }

    void font() {
        if (operands_.size() != 2 || !operands_[1].isNumber()) return;
        const auto size = operands_[1].getNumericValue();
        if (!(std::abs(size) <= 1000)) return;
        size_is_set_ = size_is_set_ && size == size_;
        size_ = size;
    }

    void place(const std::string& name) {
        std::string numbers;
        for (auto& operand : operands_) {
            if (!operand.isNumber() || !(std::abs(operand.getNumericValue()) <= kFarthest)) return;
            numbers += numberText(operand.getNumericValue()) + " ";
        }
        if (in_text_ == (name != "cm")) emit(numbers + name);
    }

    void show(QPDFObjectHandle text) {
        if (text.isString()) showLine(text.getStringValue());
    }

    /// Wide gaps between the pieces of a TJ are how many programs write blanks.
    void showPieces(QPDFObjectHandle pieces) {
        constexpr double kBlank = -180;  // thousandths of the font's size
        constexpr int kMostPieces = 4096;
        if (!pieces.isArray() || pieces.getArrayNItems() > kMostPieces) return;
        std::string line;
        for (auto& piece : pieces.getArrayAsVector()) {
            if (piece.isString()) line += piece.getStringValue();
            if (piece.isNumber() && piece.getNumericValue() < kBlank) line += ' ';
        }
        showLine(line);
    }

    void showLine(const std::string& line) {
        if (!in_text_ || !may_stay_(line)) return;
        if (!size_is_set_) emit("/F1 " + numberText(size_) + " Tf");
        size_is_set_ = true;
        emit(literal(line) + " Tj");
    }

    const TextJudge& may_stay_;
    std::vector<QPDFObjectHandle> operands_;
    std::string out_;
    bool in_text_ = false;
    int saved_ = 0;
    double size_ = 10;
    bool size_is_set_ = false;  ///< in this text object
};

/// Four numbers of a page's size; A4 where they are none.
QPDFObjectHandle mediaBox(QPDFPageObjectHelper& page) {
    auto sent = page.getAttribute("/MediaBox", false);
    std::vector<QPDFObjectHandle> box;
    if (sent.isArray())
        for (auto& number : sent.getArrayAsVector())
            if (number.isNumber() && std::abs(number.getNumericValue()) <= kFarthest)
                box.push_back(QPDFObjectHandle::newReal(number.getNumericValue(), 2));
    return box.size() == 4 ? QPDFObjectHandle::newArray(box)
                           : QPDFObjectHandle::newArray(QPDFObjectHandle::Rectangle(0, 0, 595, 842));
}

int rotation(QPDFPageObjectHelper& page) {
    auto sent = page.getAttribute("/Rotate", false);
    if (!sent.isInteger()) return 0;
    const auto degrees = sent.getIntValue() % 360;
    return degrees % 90 == 0 ? static_cast<int>(degrees) : 0;
}

QPDFObjectHandle cleanPage(QPDF& out, QPDFPageObjectHelper& page, QPDFObjectHandle font,
                           const TextJudge& may_stay) {
    TextFilter filter(may_stay);
    page.parseContents(&filter);
    auto fonts = QPDFObjectHandle::newDictionary();
    fonts.replaceKey("/F1", font);
    auto resources = QPDFObjectHandle::newDictionary();
    resources.replaceKey("/Font", fonts);
    auto clean = QPDFObjectHandle::newDictionary();
    clean.replaceKey("/Type", QPDFObjectHandle::newName("/Page"));
    clean.replaceKey("/MediaBox", mediaBox(page));
    clean.replaceKey("/Rotate", QPDFObjectHandle::newInteger(rotation(page)));
    clean.replaceKey("/Resources", resources);
    clean.replaceKey("/Contents", QPDFObjectHandle::newStream(&out, filter.finish()));
    return out.makeIndirectObject(clean);
}

std::string written(QPDF& pdf) {
    QPDFWriter writer(pdf);
    writer.setOutputMemory();
    writer.setDeterministicID(true);
    writer.setObjectStreamMode(qpdf_o_disable);
    writer.setStreamDataMode(qpdf_s_uncompress);  // so that the gate can read it
    writer.write();
    const auto buffer = writer.getBufferSharedPointer();
    return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

}  // namespace

std::optional<std::string> cleanPdfHere(Bytes pdf, const TextJudge& may_stay) try {
    QPDF in;
    in.setSuppressWarnings(true);
    in.processMemoryFile("document", reinterpret_cast<const char*>(pdf.data()), pdf.size());
    if (in.isEncrypted()) return std::nullopt;
    auto pages = QPDFPageDocumentHelper(in).getAllPages();
    if (pages.empty() || pages.size() > kMostPages) return std::nullopt;

    QPDF out;
    out.setSuppressWarnings(true);
    out.emptyPDF();
    const auto font = out.makeIndirectObject(
        QPDFObjectHandle::parse("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"));
    QPDFPageDocumentHelper clean(out);
    for (auto& page : pages) clean.addPage(QPDFPageObjectHelper(cleanPage(out, page, font, may_stay)), false);
    return written(out);
} catch (const std::exception&) {
    return std::nullopt;  // qpdf throws for what it cannot read: a notice takes the document's place
}

std::optional<std::string> cleanPdf(Bytes pdf, const TextJudge& may_stay) {
    if (pdf.size() >= kLargest) return std::nullopt;
    return runApart([&] { return cleanPdfHere(pdf, may_stay); });
}

}  // namespace gantry::anonymizer
