// SPDX-License-Identifier: Apache-2.0
// One conversation of EtherNet/IP: a TCP connection or the datagrams of UDP 44818, and those of UDP
// 2222, which carry the data of I/O connections.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/cip/session.h"
#include "wire/apps/enip/encapsulation.h"
#include "wire/apps/protocol.h"
#include "wire/writer.h"

namespace bulkhead::wire::enip {

// Faults: kBadType: a command or an item that is not known; kBadFlags: options, which are 0;
// kBadLength, kBadCount; kBadValue: an interface that is not CIP's; and those of CIP (cip/).
class Connection {
 public:
  static constexpr App kApp = App::kEnip;
  static constexpr size_t kLongestFrame = enip::kLongestFrame;

  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  Fault frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side) const noexcept { return false; }
  // A request for a session, or a list, as openers send them first.
  static bool recognises(std::span<const uint8_t> bytes) noexcept;

  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;

  // The frame by which a device would refuse the request in `frame`, which it will not see: CIP
  // general status 0x0f, privilege violation, of commands of the encapsulation status 1. Its size;
  // 0: there are no such words, or no room.
  size_t refuse(Side asker, std::span<const uint8_t> frame, const Operation& operation,
                std::span<uint8_t> out) noexcept;

 private:
  Fault messages(Side side, const Header& header, Reader& in, OperationSink& sink) noexcept;
  void match(Side side, const Header& header, Operation& out) noexcept;
  void tell_command(Side side, const Header& header, Reader& in, OperationSink& sink) noexcept;
  static Fault io(std::span<const uint8_t> bytes, OperationSink& sink) noexcept;

  bool write_messages(Writer& out, std::span<const uint8_t> frame, Side asker,
                      bool connected) noexcept;

  cip::Session cip_;
};

}  // namespace bulkhead::wire::enip
