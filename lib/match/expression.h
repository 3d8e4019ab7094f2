// SPDX-License-Identifier: Apache-2.0
// A signature as regular expressions for Hyperscan.
//
// Parts that are relative to one another become one expression with a gap between them, so that
// every way to place them is tried. Parts that are free of each other become one expression each,
// all of which must match (match/scan.h). Where a place is absolute, or an expression is anchored,
// the signature looks at each unit (datagram, segment) by itself; else at the stream.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "match/rule_text.h"
#include "match/signature.h"

namespace bulkhead::match {

struct Program {
  bool unit = false;                     // one datagram or segment at a time
  std::vector<std::string> expressions;  // all must match
};

// Errors: kInvalid, as "line 3, column 14: ...", when a pcre cannot be executed as it is meant.
Result<Program> program_of(const Signature& signature);

}  // namespace bulkhead::match
