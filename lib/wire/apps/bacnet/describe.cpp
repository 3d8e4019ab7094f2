// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/describe.h"

namespace bulkhead::wire::bacnet {

void describe(Operation& out, uint32_t code, Direction direction) noexcept {
  out.clear();
  out.app = App::kBacnet;
  out.code = code;
  out.direction = direction;
  if (const FunctionFact* fact = function_of(code)) {
    out.name = fact->name;
    out.cls = fact->cls;
    out.technique = fact->technique;
  }
}

// The device is who is asked, the other one who asks: so both ways say the same of a transaction.
void identify(Operation& out, const Peers& peers, uint64_t mark, uint8_t invoke) noexcept {
  const auto origin = static_cast<uint32_t>(peers.origin >> 16);
  const uint32_t to = peers.to.unit();
  const uint32_t from = peers.from.network != 0 ? peers.from.unit() : origin;
  const bool response = out.direction == Direction::kResponse;
  out.unit = response ? from : to;
  out.from_unit = response ? to : from;
  out.request_id = uint64_t{out.from_unit} << 32 | mark | invoke;
  if (!response) out.request_id |= (peers.origin & 0xffff) << 16;
}

void answers(Operation& out, uint32_t code) noexcept {
  if (const FunctionFact* fact = function_of(code)) out.cls = fact->cls;
}

}  // namespace bulkhead::wire::bacnet
