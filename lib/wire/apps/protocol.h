// SPDX-License-Identifier: Apache-2.0
// What every protocol offers to those that carry its bytes: the dataplane's inspection,
// `bulkhead dissect`, and fuzz targets. A protocol is a class with the state of one connection.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

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
  // When the bytes that are parsed came: steady, or of the capture. 0 throughout: nobody knows.
  uint64_t now_ns = 0;
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

// A protocol over TCP. Nothing allocates, nothing throws; all state is bounded, and inside or in
// the room that it was given (wire/apps/rare.h), so that a connection may be copied over another to
// try bytes on it.
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
concept StreamProtocol = std::is_copy_assignable_v<P> &&
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

// Room for the longest refusal of any protocol.
inline constexpr size_t kLongestRefusal = 512;

// A protocol with words for a refusal: optional, over TCP and over UDP.
//
// refuse(asker, frame, operation, out): the answer that the device itself would give, saying that
//   `operation` is refused, which `frame` completed: its last frame, over UDP the whole datagram.
//   Called once for each refused message, right after frame() told it; none of its frames reaches
//   the far end. Writes whole frames, ready for the asker, in `out`, and returns their bytes. To be
//   put between whole messages of the other side: not while pending() of it holds.
//   `out` has kLongestRefusal bytes; less: an answer that does not fit is not written. Empty: the
//   refusal is silent, but the far end does not see the frames, and the state may depend on it.
//   0: the protocol has no words for it (broadcasts, services without answers, signed channels).
template <typename P>
concept Refusing = requires(P protocol, Side asker, std::span<const uint8_t> frame,
                            const Operation& operation, std::span<uint8_t> out) {
  { protocol.refuse(asker, frame, operation, out) }
  noexcept->std::same_as<size_t>;
};

// A protocol whose frames are numbered across the connection: what was taken out and what was put
// in would show as a hole.
//
// adapt(sender, frame): from the first refuse() on, each whole frame that goes on to the other end
//   passes here, in wire order, after frame() saw it as it was sent; its numbers are rewritten in
//   place, so that either end sees an unbroken sequence. Frames of a message that is not whole yet
//   may pass here before it is refused. False: it cannot be done (it is signed, or
//   more is under way than is remembered), and the connection must end.
template <typename P>
concept Renumbering = Refusing<P> && requires(P protocol, Side sender, std::span<uint8_t> frame) {
  { protocol.adapt(sender, frame) }
  noexcept->std::same_as<bool>;
};

}  // namespace bulkhead::wire
