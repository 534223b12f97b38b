#pragma once
/// Spellings of one text: cases, accents stripped, other encodings. For the gate alone.

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace gantry::anonymizer::leak {

using CodePoints = std::u32string;

/// Broken bytes become U+FFFD.
CodePoints fromUtf8(std::string_view text);
std::string toUtf8Bytes(const CodePoints& text);
/// Nullopt-like: "" when a character is beyond Latin-1.
std::string toLatin1(const CodePoints& text);
std::string toUtf16(const CodePoints& text, bool big_endian);

/// Latin, Greek and Cyrillic letters; others stay.
CodePoints toLower(const CodePoints& text);
CodePoints toUpper(const CodePoints& text);

/// Latin letters without their accents; `spelled_out`: ä as ae, ö as oe, ü as ue, å as aa, ø as oe.
CodePoints withoutAccents(const CodePoints& text, bool spelled_out);
/// Letters and digits only.
CodePoints lettersAndDigits(const CodePoints& text);
std::string asciiLettersAndDigits(std::string_view text);

/// Nothing but characters and line ends, NUL only at the end: bytes of an unknown VR that are text.
bool isPlainText(std::string_view bytes);

bool isAsciiLetter(char c);
bool isAsciiDigit(char c);
bool isWordByte(std::byte b);  ///< ASCII letter or digit
std::string asciiLower(std::string_view text);
std::vector<std::string_view> splitAt(std::string_view text,
                                      std::string_view separators);  ///< without empty parts

/// The words of "PatientIdentityRemoved", in lower case.
void addWords(std::string_view camel_case, std::unordered_set<std::string>& into);

}  // namespace gantry::anonymizer::leak
