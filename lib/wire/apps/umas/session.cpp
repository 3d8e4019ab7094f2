// SPDX-License-Identifier: Apache-2.0
// Requests and their answers, by transaction and unit.
#include "wire/apps/fact_table.h"
#include "wire/apps/reader.h"
#include "wire/apps/umas/umas.h"

namespace bulkhead::wire::umas {
namespace {

constexpr uint8_t kGood = 0xfe, kError = 0xfd;

void describe(Operation& out, const FunctionFact& fact) noexcept {
  out.app = App::kUmas;
  wire::describe(out, fact.code, &fact);
}

}  // namespace

void Session::read(Side side, std::span<const uint8_t> data, Operation& out) noexcept {
  side == Side::kRequest ? ask(data, out) : answer(data, out);
}

void Session::ask(std::span<const uint8_t> data, Operation& out) noexcept {
  Reader in(data);
  in.skip(1);  // session key
  const uint8_t code = in.u8();
  const FunctionFact* fact = in.ok() ? function_of(code) : nullptr;
  requests_[next_] = {out.request_id, out.unit, fact == nullptr ? uint8_t{0} : code};
  next_ = static_cast<uint8_t>((next_ + 1) % kMost);
  if (fact == nullptr) return;
  describe(out, *fact);
  add_blocks(*fact, in.rest(), out);
}

void Session::answer(std::span<const uint8_t> data, Operation& out) const noexcept {
  const FunctionFact* fact = asked(out);
  if (fact == nullptr) return;
  if (out.is_exception) return describe(out, *fact);
  Reader in(data);
  in.skip(1);
  const uint8_t outcome = in.u8();
  if (!in.ok() || (outcome != kGood && outcome != kError)) return;
  describe(out, *fact);
  out.is_exception = outcome == kError;
  if (out.is_exception) out.exception_code = kError;
}

// Of the latest request with that transaction and unit.
const FunctionFact* Session::asked(const Operation& answer) const noexcept {
  for (size_t back = 1; back <= kMost; ++back) {
    const Request& request = requests_[(next_ + kMost - back) % kMost];
    if (request.transaction == answer.request_id && request.unit == answer.unit)
      return function_of(request.code);
  }
  return nullptr;
}

}  // namespace bulkhead::wire::umas
