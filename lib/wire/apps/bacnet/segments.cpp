// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/bacnet/segments.h"

#include <algorithm>

#include "wire/apps/bacnet/tag.h"

namespace bulkhead::wire::bacnet {

Segments::Message* Segments::find(Side side, const Peers& peers, const Apdu& apdu) noexcept {
  for (Message& each : messages_)
    if (each.used && each.side == side && each.type == apdu.type && each.invoke == apdu.invoke &&
        each.peers == peers)
      return &each;
  return nullptr;
}

Segments::Message* Segments::room() noexcept {
  for (Message& each : messages_)
    if (!each.used) return &each;
  for (Message& each : messages_)
    if (each.complete || now_ - each.touched > kStaleAfter) return &each;
  return nullptr;
}

std::span<uint8_t> Segments::bytes_of(const Message& message) noexcept {
  return bytes_[static_cast<size_t>(&message - messages_.data())];
}

Fault Segments::append(Message& message, const Apdu& apdu) noexcept {
  const auto at = static_cast<uint32_t>(apdu.data_at);
  const size_t begin = message.ends[message.count];
  if (message.count == kMaxSegments || begin + apdu.data.size() > kMaxMessage)
    return {FaultKind::kTooLong, at};
  std::ranges::copy(apdu.data, bytes_of(message).begin() + static_cast<std::ptrdiff_t>(begin));
  message.ends[++message.count] = static_cast<uint16_t>(begin + apdu.data.size());
  message.complete = !apdu.more;
  return {};
}

// A first segment begins a message, where none of its transaction is unfinished.
Fault Segments::begin(Side side, const Peers& peers, const Apdu& apdu, Message*& message) noexcept {
  const auto at = static_cast<uint32_t>(apdu.data_at);
  if (apdu.sequence != 0) return {FaultKind::kBadSequence, at};
  if (apdu.data.size() > kMaxMessage) return {FaultKind::kTooLong, at};
  if (message == nullptr) message = room();
  if (message == nullptr) return {FaultKind::kTooMany, at};
  *message = {.used = true,
              .side = side,
              .type = apdu.type,
              .invoke = apdu.invoke,
              .service = apdu.service,
              .peers = peers};
  return {};
}

// Is this segment, which is not new, the one that was taken under its number?
bool Segments::repeats(const Message& message, const Apdu& apdu) noexcept {
  const size_t begin = message.ends[apdu.sequence], end = message.ends[apdu.sequence + size_t{1}];
  const bool last = message.complete && apdu.sequence + 1 == message.count;
  return last != apdu.more &&
         std::ranges::equal(bytes_of(message).subspan(begin, end - begin), apdu.data);
}

Fault Segments::add(Side side, const Peers& peers, const Apdu& apdu, bool& complete,
                    std::span<const uint8_t>& whole, bool& again) noexcept {
  const auto at = static_cast<uint32_t>(apdu.data_at);
  Message* message = find(side, peers, apdu);
  // A request may be made once more; an answer that begins anew without one is sent again.
  const bool anew = message == nullptr || (message->complete && apdu.sequence == 0);
  const bool answers_again =
      anew && message != nullptr && apdu.type == ApduType::kComplexAck && repeats(*message, apdu);
  if (anew && !answers_again)
    if (const Fault fault = begin(side, peers, apdu, message); failed(fault)) return fault;
  if (apdu.service != message->service) return {FaultKind::kBadFunction, at};
  message->touched = now_;
  const bool next = apdu.sequence == message->count && !message->complete;
  if (!next && (apdu.sequence >= message->count || !repeats(*message, apdu)))
    return {FaultKind::kBadSequence, at};
  if (next)
    if (const Fault fault = append(*message, apdu); failed(fault)) return fault;
  again = !next;
  complete = !apdu.more;
  if (complete) whole = bytes_of(*message).first(message->ends[message->count]);
  return {};
}

void Segments::forget(Side side, const Peers& peers, uint8_t invoke) noexcept {
  for (Message& each : messages_)
    if (each.used && each.side == side && each.invoke == invoke && each.peers == peers)
      each.used = false;
}

}  // namespace bulkhead::wire::bacnet
