// SPDX-License-Identifier: Apache-2.0
// One of the two hosts that the tester stands for: its address on its port. Answers ARP for it,
// finds the link-layer address of the next hop, and tells what comes in apart: frames of the
// tester, the network's refusals, everything else. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "base/address.h"
#include "port/port.h"
#include "rfc2544/stamp.h"
#include "wire/frame.h"

namespace bulkhead::bench {

struct HostAddress {
  MacAddress mac;
  IpAddress ip;
  IpAddress next_hop;  // whom to ask for: a router, or the far host itself
};

// Of what came in and was no good frame of the tester.
struct Heard {
  uint64_t damaged = 0;      // with the signature, but a wrong length or checksum
  uint64_t foreign = 0;      // nobody's business here
  uint64_t prohibited = 0;   // ICMP unreachable, refused by administration (RFC 1812 5.2.7.1)
  uint64_t unreachable = 0;  // any other ICMP unreachable
  uint64_t too_big = 0;      // ICMP fragmentation needed
  uint16_t mtu = 0;          // what the last of these said fits
};

class Host {
 public:
  // Called for each frame with a stamp and right checksums: its bytes and when it was taken in.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void take(const Stamp& stamp, size_t bytes, uint64_t now) noexcept = 0;
  };

  Host(const HostAddress& address, dataplane::PortQueue& queue,
       dataplane::PacketPool& pool) noexcept
      : address_(address), queue_(queue), pool_(pool) {}

  // Takes in one burst. `sink` nullptr: frames with a stamp are foreign. Returns how many came.
  size_t poll(Sink* sink) noexcept;
  // Asks who has the next hop; poll() hears the answer.
  void ask() noexcept;

  [[nodiscard]] const std::optional<MacAddress>& next_hop_mac() const noexcept { return hop_; }
  [[nodiscard]] const HostAddress& address() const noexcept { return address_; }
  [[nodiscard]] dataplane::PortQueue& queue() noexcept { return queue_; }
  [[nodiscard]] dataplane::PacketPool& pool() noexcept { return pool_; }
  // Since the last call.
  Heard take_heard() noexcept;

 private:
  void hear(const dataplane::Packet& packet, Sink* sink, uint64_t now) noexcept;
  void hear_arp(std::span<const uint8_t> bytes, const wire::Frame& frame) noexcept;
  void hear_unreachable(std::span<const uint8_t> bytes, const wire::Frame& frame) noexcept;
  void hear_udp(std::span<const uint8_t> bytes, const wire::Frame& frame, Sink* sink,
                uint64_t now) noexcept;
  template <typename Build>
  void say(Build build) noexcept;

  HostAddress address_;
  dataplane::PortQueue& queue_;
  dataplane::PacketPool& pool_;
  std::optional<MacAddress> hop_;
  Heard heard_;
};

}  // namespace bulkhead::bench
