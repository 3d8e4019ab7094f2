// SPDX-License-Identifier: Apache-2.0
// The addresses and ports of a rule's header.
#pragma once

#include <vector>

#include "match/records.h"
#include "match/rule_text.h"

namespace bulkhead::match {

// `any` or a variable: who talks is said by the policy. False, and a problem.
bool read_address(RuleText& text);

// `any`, `502`, `1:1024`, `1024:`, `:1024`, `[502,20000:20010]`; any: none. False, and a problem.
bool read_ports(RuleText& text, std::vector<SignatureRange>& out);

}  // namespace bulkhead::match
