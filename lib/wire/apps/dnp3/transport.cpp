// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/transport.h"

#include <algorithm>

namespace bulkhead::wire::dnp3 {

namespace {

constexpr uint8_t kFinal = 0x80;
constexpr uint8_t kFirst = 0x40;
constexpr uint8_t kSequence = 0x3f;

}  // namespace

Transport::Joined Transport::add(uint16_t source, uint16_t destination,
                                 std::span<const uint8_t> segment) noexcept {
  if (segment.empty()) return {.fault = {FaultKind::kTruncated, 0}};
  const uint8_t octet = segment[0];
  const auto data = segment.subspan(1);
  Held* held = find(source, destination);
  if ((octet & kFirst) != 0) {
    if (held != nullptr) held->used = false;
    if ((octet & kFinal) != 0) return {.whole = true, .fragment = data};
    if (held == nullptr) held = &place();
    held->used = true;
    held->source = source;
    held->destination = destination;
    held->size = 0;
    held->begun = begun_++;
    return append(*held, octet, data);
  }
  if (held == nullptr) return {.fault = {FaultKind::kBadSequence, 0}};
  if ((octet & kSequence) != held->next) {
    held->used = false;
    return {.fault = {FaultKind::kBadSequence, 0}};
  }
  return append(*held, octet, data);
}

Transport::Joined Transport::append(Held& held, uint8_t octet,
                                    std::span<const uint8_t> data) noexcept {
  const size_t before = held.size;
  if (before + data.size() > held.bytes.size()) {
    held.used = false;
    return {.fault = {FaultKind::kTooLong, 0}};
  }
  std::copy(data.begin(), data.end(), held.bytes.begin() + held.size);
  held.size = static_cast<uint16_t>(before + data.size());
  held.next = static_cast<uint8_t>((octet + 1) & kSequence);
  if ((octet & kFinal) == 0) return {};
  held.used = false;
  return {.whole = true, .fragment = std::span(held.bytes).first(held.size), .before = before};
}

bool Transport::pending() const noexcept {
  return std::any_of(held_.begin(), held_.end(), [](const Held& held) { return held.used; });
}

Transport::Held* Transport::find(uint16_t source, uint16_t destination) noexcept {
  const auto found = std::find_if(held_.begin(), held_.end(), [=](const Held& held) {
    return held.used && held.source == source && held.destination == destination;
  });
  return found == held_.end() ? nullptr : found;
}

Transport::Held& Transport::place() noexcept {
  const auto free =
      std::find_if(held_.begin(), held_.end(), [](const Held& held) { return !held.used; });
  if (free != held_.end()) return *free;
  const auto age = [this](const Held& held) { return begun_ - held.begun; };
  return *std::max_element(held_.begin(), held_.end(),
                           [&](const Held& a, const Held& b) { return age(a) < age(b); });
}

}  // namespace bulkhead::wire::dnp3
