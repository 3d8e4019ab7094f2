// SPDX-License-Identifier: Apache-2.0
// Text that may hold anything, made safe for formats of one line.
#pragma once

#include <string>
#include <string_view>

namespace bulkhead::control {

// UTF-8 as it is (RFC 3629); each byte that is none becomes U+FFFD.
std::string valid_utf8(std::string_view text);

// A field of CEF's header: `|` and `\` escaped, control characters, line ends too, as spaces.
std::string cef_header(std::string_view text);

// A value of CEF's extension: `=` and `\` escaped, line ends as \n and \r, other control characters
// as spaces.
std::string cef_value(std::string_view text);

}  // namespace bulkhead::control
