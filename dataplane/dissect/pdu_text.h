// SPDX-License-Identifier: Apache-2.0
// A PDU as one line: of JSON (docs/dissect.md), or for people.
#pragma once

#include <string>

#include "dissect/pdu.h"
#include "dissect/verdicts.h"

namespace bulkhead::dataplane {

// `verdict` null: nobody asked for one.
std::string json_line(const Pdu& pdu, const Verdict* verdict);
std::string text_line(const Pdu& pdu, const Verdict* verdict);

}  // namespace bulkhead::dataplane
