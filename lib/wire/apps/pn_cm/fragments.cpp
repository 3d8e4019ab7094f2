// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/pn_cm/fragments.h"

#include <algorithm>

namespace bulkhead::wire::pn_cm {
namespace {

constexpr uint32_t kOperationAt = 68, kNumberAt = 76;

}  // namespace

bool Fragments::Call::same(const RpcHeader& header) const noexcept {
  return used && type == header.type && sequence == header.sequence &&
         std::ranges::equal(activity, header.activity);
}

void Fragments::Call::begin(const RpcHeader& header) noexcept {
  used = true;
  complete = false;
  count = 0;
  ends[0] = 0;
  little_endian = header.little_endian;
  interface = header.interface_number;
  type = header.type;
  operation = header.operation;
  sequence = header.sequence;
  std::ranges::copy(header.activity, activity.begin());
}

Fault Fragments::Call::check(const RpcHeader& header,
                             std::span<const uint8_t> body) const noexcept {
  const size_t number = header.fragment_number;
  const bool agrees = operation == header.operation && interface == header.interface_number &&
                      little_endian == header.little_endian;
  if (!agrees) return {FaultKind::kBadFunction, kOperationAt};
  if (number > count || (number == count && complete)) return {FaultKind::kBadSequence, kNumberAt};
  if (number == count) {
    if (number >= kMaxFragments) return {FaultKind::kTooMany, kNumberAt};
    const bool fits = ends[number] + body.size() <= kMaxCall;
    return fits ? Fault{} : Fault{FaultKind::kTooLong, RpcHeader::kLengthAt};
  }
  const auto held = std::span(bytes).subspan(ends[number], size_t{ends[number + 1]} - ends[number]);
  const bool last = complete && number + 1u == count;
  const bool repeats = std::ranges::equal(held, body) && last == header.last_fragment;
  return repeats ? Fault{} : Fault{FaultKind::kBadSequence, RpcHeader::kSize};
}

Fault Fragments::add(Side side, const RpcHeader& header, std::span<const uint8_t> body,
                     bool& complete, std::span<const uint8_t>& whole) noexcept {
  complete = false;
  Call& call = calls_[side == Side::kRequest ? 0 : 1];
  if (!call.same(header)) {
    if (header.fragment_number != 0) return {FaultKind::kBadSequence, kNumberAt};
    if (body.size() > kMaxCall) return {FaultKind::kTooLong, RpcHeader::kLengthAt};
    call.begin(header);
  }
  const Fault fault = call.check(header, body);
  if (fault.kind != FaultKind::kNone) return fault;
  if (header.fragment_number == call.count) {
    std::ranges::copy(body, call.bytes.begin() + call.ends[call.count]);
    call.ends[call.count + 1] = static_cast<uint16_t>(call.ends[call.count] + body.size());
    ++call.count;
    call.complete = header.last_fragment;
  }
  complete = call.complete && header.last_fragment;
  if (complete) whole = std::span(call.bytes).first(call.ends[call.count]);
  return {};
}

}  // namespace bulkhead::wire::pn_cm
