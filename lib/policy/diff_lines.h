// SPDX-License-Identifier: Apache-2.0
// What one side allows and another does not, as lines for a person.
#pragma once

#include <string>
#include <vector>

#include "policy/access_side.h"

namespace bulkhead::policy {

struct DiffLine {
  enum class Form : uint8_t {
    kNew,       // everything in `box`
    kReaching,  // requests that reach into `box` and stay within `whole`
    kSpanning,  // requests within `whole` that lie within no single one of the other side's boxes
    kCombined,  // requests whose parts were allowed only by different services
    kTooMany,   // more differences at this place than can be listed
  };
  Form form = Form::kNew;
  Box box;
  Box whole;
  std::vector<Box> others;  // what the other side allows there: kSpanning, and kAny in `box`
};

// The lines of what `to` allows and `from` does not; with the two exchanged, of what is lost.
//
// A request of one piece (pieces_of) passes `to` and not `from` exactly when one of the lines
// covers it. One of several pieces can do so only if a line covers one of its pieces, or there is a
// kCombined or kTooMany line.
std::vector<DiffLine> lines_of(const Side& from, const Side& to);
bool covers(const DiffLine& line, const Box& piece);

// "modbus write holding 120-129, unit 1", a sentence per line; of a service that is new or gone
// altogether only that.
std::vector<std::string> sentences(const std::vector<DiffLine>& lines);

}  // namespace bulkhead::policy
