// SPDX-License-Identifier: Apache-2.0
// The values of rule options that have a form of their own: texts in quotes, contents, pcres.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "match/signature.h"

namespace bulkhead::match {

// "..." with \" \; \\ and \: resolved; nullopt: not in quotes.
std::optional<std::string> unquoted(std::string_view value);

// "text|68 65 78|text". Errors: kInvalid.
Result<std::string> content_bytes(std::string_view value);

// "/expression/flags" of the flags i, s, m, x, A and R. Errors: kInvalid.
Result<Part> pcre_part(std::string_view value);

}  // namespace bulkhead::match
