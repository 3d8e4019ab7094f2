// SPDX-License-Identifier: Apache-2.0
// Laws of refusals and of renumbering (wire/apps/protocol.h), whatever was asked: a refusal stays
// within its room, and the protocol itself reads it as a refusal of what was asked; a frame that
// was adapted says what it said before.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "law.h"
#include "wire/apps/protocol.h"

namespace bulkhead::test {

class Heard final : public wire::OperationSink {
 public:
  void told() noexcept override {
    ++count;
    refusals += operation.is_exception && operation.direction == wire::Direction::kResponse;
    request_id = operation.request_id;
  }
  unsigned count = 0, refusals = 0;
  uint64_t request_id = 0;
};

// Messages that hold others, each an operation with an identifier of its own. A refusal may answer
// the outermost, or each of them.
constexpr bool holds_parts(wire::App app) {
  return app == wire::App::kCip || app == wire::App::kHartIp;
}

constexpr wire::Side far_end(wire::Side asker) {
  return asker == wire::Side::kRequest ? wire::Side::kResponse : wire::Side::kRequest;
}

template <bool kStream, typename P>
void hear(P& reader, wire::Side side, std::span<const uint8_t> bytes, Heard& heard) {
  if constexpr (kStream) {
    while (!bytes.empty()) {
      const wire::Parsed<size_t> size = reader.frame_size(side, bytes);
      LAW(size.ok() && *size <= bytes.size());
      LAW(reader.frame(side, bytes.first(*size), heard).kind == wire::FaultKind::kNone);
      bytes = bytes.subspan(*size);
    }
    LAW(!reader.pending(side));
  } else {
    LAW(reader.datagram(side, bytes, heard).kind == wire::FaultKind::kNone);
  }
}

template <wire::Refusing P>
size_t refusal_in(size_t room, const P& connection, wire::Side asker,
                  std::span<const uint8_t> frame, const wire::Operation& operation,
                  std::vector<uint8_t>& out) {
  const auto refuser = std::make_unique<P>(connection);
  out.assign(room, 0);
  return refuser->refuse(asker, frame, operation, out);
}

// `connection` was just told `operation` by `frame`, the last of those with the identifiers `ids`.
// What several operations make up is refused as a whole.
template <bool kStream, wire::Refusing P>
void check_refusal(const P& connection, wire::Side asker, std::span<const uint8_t> frame,
                   const wire::Operation& operation, std::span<const uint64_t> ids) {
  std::vector<uint8_t> out, less;
  const size_t size = refusal_in(wire::kLongestRefusal, connection, asker, frame, operation, out);
  LAW(size <= wire::kLongestRefusal);
  LAW(refusal_in(0, connection, asker, frame, operation, less) == 0);
  if (size == 0) return;
  LAW(operation.direction != wire::Direction::kResponse);
  LAW(refusal_in(size - 1, connection, asker, frame, operation, less) < size);  // a shorter form
  LAW(refusal_in(size, connection, asker, frame, operation, less) == size);
  if constexpr (kStream)
    if (connection.pending(far_end(asker))) return;
  const auto reader = std::make_unique<P>(connection);
  Heard heard;
  hear<kStream>(*reader, far_end(asker), std::span(out).first(size), heard);
  LAW(heard.count >= 1 && heard.refusals >= 1);
  if (holds_parts(operation.app)) return;
  LAW(heard.count == 1 && heard.refusals == 1);
  LAW(ids.size() > 1 || heard.request_id == ids.front() || operation.clipped);
}

}  // namespace bulkhead::test
