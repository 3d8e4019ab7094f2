// SPDX-License-Identifier: Apache-2.0
#include "identity/digest.h"

namespace bulkhead::identity {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

std::string digest_text(const std::array<uint8_t, kDigestBytes>& bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

Result<std::array<uint8_t, kDigestBytes>> parse_digest(std::string_view text) {
  if (text.size() != 2 * kDigestBytes)
    return Error{ErrorCode::kInvalid, "a SHA-256 digest has 64 hexadecimal digits"};
  std::array<uint8_t, kDigestBytes> bytes{};
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t digit = kDigits.find(text[i]);
    if (digit == std::string_view::npos)
      return Error{ErrorCode::kInvalid, "a SHA-256 digest has lower-case hexadecimal digits only"};
    bytes[i / 2] = static_cast<uint8_t>((bytes[i / 2] << 4) | digit);
  }
  return bytes;
}

}  // namespace bulkhead::identity
