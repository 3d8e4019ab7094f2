// SPDX-License-Identifier: Apache-2.0
// UTF-8 (RFC 3629), character by character.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bulkhead {

// Bytes of the character that begins at `at`, which lies in `text`; 0: none does.
size_t utf8_character(std::string_view text, size_t at) noexcept;

// Of one character as utf8_character() measured it.
char32_t utf8_code_point(std::string_view character) noexcept;

// `text` as one line that is valid: '?' for every byte that is none, and for control characters (of
// ASCII and of ISO 6429's C1, which terminals obey). Cut between characters at `most` bytes.
std::string printable_utf8(std::string_view text, size_t most);

}  // namespace bulkhead
