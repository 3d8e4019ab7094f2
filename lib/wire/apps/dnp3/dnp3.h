// SPDX-License-Identifier: Apache-2.0
// DNP3 (IEEE 1815) over TCP and UDP, port 20000: link frames, segments, fragments, objects.
//
// code: application function; link functions with kPrimarySpace or kSecondarySpace (functions.h).
// unit: the outstation's address, from_unit: the master's, whichever sent the message; broadcast
//   addresses stay as they are.
// request_id: master << 32 | outstation << 16 | kind | sequence number. Bit 4: unsolicited; bit 5:
//   of the link; bit 6: a confirmation, which repeats the number of what it confirms and is
//   answered by nothing.
// direction: by the application function, not by who opened the connection. A message whose DIR bit
//   says the contrary has class kUnspecified.
// exception_code: bits 0-2 of IIN2 | status of the first refused command << 8.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/apps/dnp3/application.h"
#include "wire/apps/dnp3/associations.h"
#include "wire/apps/dnp3/functions.h"
#include "wire/apps/dnp3/link.h"
#include "wire/apps/dnp3/transport.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::dnp3 {

inline constexpr uint16_t kPort = 20000;

// Views in an operation are good until the next frame of the connection: what is between the
// checksums of a frame is copied.
class Connection {
 public:
  static constexpr App kApp = App::kDnp3;
  static constexpr size_t kLongestFrame = kMaxLinkFrame;

  Connection() noexcept {}  // leaves the buffers as they are

  // Known with the header of ten bytes, once its CRC is right.
  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  // One link frame. Faults: those of link.h, transport.h, application.h, objects.h.
  Fault frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  // Link frames one after the other; the first fault ends it.
  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side side) const noexcept;
  // As wire/apps/protocol.h says (Refusing). A SELECT that was refused selects nothing.
  size_t refuse(Side asker, std::span<const uint8_t> frame, const Operation& operation,
                std::span<uint8_t> out) noexcept;
  // A whole link header with a right CRC that a station could begin with.
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

  // Of the operation told last: an OPERATE that came right after a SELECT of the very same objects.
  // An outstation acts on no other.
  [[nodiscard]] bool operates_selected() const noexcept { return operates_selected_; }

 private:
  void tell_link(const LinkHeader& link, OperationSink& sink) noexcept;
  Fault tell_fragment(const LinkHeader& link, std::span<const uint8_t> fragment,
                      OperationSink& sink) noexcept;
  Fault take_request(const ApplicationHeader& header, Pair pair, std::span<const uint8_t> fragment,
                     Operation& out) noexcept;
  Fault take_response(const ApplicationHeader& header, Pair pair, std::span<const uint8_t> fragment,
                      Operation& out) noexcept;
  [[nodiscard]] std::span<const uint8_t> objects_at_hand(const Operation& operation) const noexcept;

  std::array<Transport, 2> transports_;
  Associations associations_;
  bool operates_selected_ = false;
  uint8_t whole_size_ = 0;  // of the user data, where it is a whole fragment; else 0
  UserData user_data_;      // of the frame at hand
};

}  // namespace bulkhead::wire::dnp3
