// SPDX-License-Identifier: Apache-2.0
// What every protocol offers to those that carry its bytes: the dataplane's inspection,
// `bulkhead dissect`, and fuzz targets. A protocol is a class with the state of one connection.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/apps/operation.h"
#include "wire/fault.h"

namespace bulkhead::wire {

// Who sent the bytes: the opener of the connection, or its other end.
enum class Side : uint8_t { kRequest, kResponse };

// Where a parser puts what a frame holds, one operation after the other.
class OperationSink {
 public:
  OperationSink() = default;
  OperationSink(const OperationSink&) = delete;
  OperationSink& operator=(const OperationSink&) = delete;

  Operation operation;  // the parser clears and fills it in place, then calls told()
  virtual void told() noexcept = 0;

 protected:
  ~OperationSink() = default;
};

// One row of a protocol's table of operations: the facts from which the parser's names and classes,
// the policy vocabulary, the docs and the fuzz dictionary come.
struct FunctionFact {
  uint32_t code = 0;  // Operation::code
  std::string_view name;
  OperationClass cls = OperationClass::kUnspecified;
  uint16_t technique = 0;  // ATT&CK for ICS
};

// A protocol over TCP. Nothing allocates, nothing throws; all state is inside and bounded, so that
// a connection may be copied to try bytes on it.
//
// frame_size(side, bytes): how many bytes the frame at the front has, as soon as its header tells;
//   NeedMore before that. A fault means that framing is lost for good. Never more than
//   kLongestFrame.
// frame(side, bytes, sink): exactly one whole frame. Tells each operation that it completes. A
// fault
//   does not end the framing: the next frame may be given. Its offset counts from the frame.
// pending(side): the last frames began an application message that later ones complete (COTP and
//   DNP3 segments, OPC UA chunks): the device acts on nothing of it yet.
// recognises(bytes): do the first bytes that the opener of a connection sent look like this
//   protocol? Strict: it is asked about any port.
template <typename P>
concept StreamProtocol = std::copyable<P> &&
    requires(P protocol, const P& constant, Side side, std::span<const uint8_t> bytes,
             OperationSink& sink) {
  { P::kApp } -> std::convertible_to<App>;
  { P::kLongestFrame } -> std::convertible_to<size_t>;
  { constant.frame_size(side, bytes) }
  noexcept->std::same_as<Parsed<size_t>>;
  { protocol.frame(side, bytes, sink) }
  noexcept->std::same_as<Fault>;
  { constant.pending(side) }
  noexcept->std::same_as<bool>;
  { P::recognises(bytes) }
  noexcept->std::same_as<bool>;
};

// A protocol over UDP: whole datagrams, in the order in which they came.
template <typename P>
concept DatagramProtocol = std::copyable<P> &&
    requires(P protocol, Side side, std::span<const uint8_t> bytes, OperationSink& sink) {
  { P::kApp } -> std::convertible_to<App>;
  { protocol.datagram(side, bytes, sink) }
  noexcept->std::same_as<Fault>;
};

}  // namespace bulkhead::wire
