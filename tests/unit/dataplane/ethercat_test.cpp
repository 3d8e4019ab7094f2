// SPDX-License-Identifier: Apache-2.0
// EtherCAT in UDP through the pipeline: datagrams of a frame, mailboxes in memory, the gateway.
#include "../wire/apps/ethercat/frames.h"
#include "unasked_talk.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

constexpr DropReason kDenied = DropReason::kOperationDenied;
constexpr uint16_t kPort = 34980;

constexpr ecat::Header kMailbox{.command = 5, .offset = 0x1800};

Bytes read_state(uint8_t index, uint16_t counter = 0) {
  return ecat::command({.index = index, .offset = 0x0130, .counter = counter}, {8, 0});
}
Octets upload() {
  return ecat::sdo(2, 0x40, 0x1018, 4, Octets(4, 0));
}
Octets write_file() {
  return ecat::mailbox(4, Octets{2, 0} + ecat::le32(0) + text("boot"));
}

}  // namespace

TEST_CASE("evasion: an EtherCAT answer that nobody asked for is unasked_answer",
          "[dataplane][unasked][ethercat]") {
  DatagramAsker gw("ethercat: { allow: [read] }", kPort);
  REQUIRE(gw.asks(read_state(1)) == kPasses);
  CHECK(gw.answers(read_state(2, 1)) == kUnasked);
  CHECK(gw.answers(ecat::command({.command = 1, .index = 1, .offset = 0x0130, .counter = 1},
                                 {8, 0})) == kUnasked);
  CHECK(gw.answers(read_state(1, 1)) == kPasses);
  CHECK(gw.answers(read_state(1, 1)) == kUnasked);
}

TEST_CASE("unasked: an EtherCAT frame is answered as a whole, each datagram at its place",
          "[dataplane][unasked][ethercat]") {
  DatagramAsker gw("ethercat: { allow: [read] }", kPort);
  const auto two = [](uint16_t counter, uint16_t first, uint16_t second) {
    return ecat::commands(
        ecat::datagram({.offset = first, .counter = counter, .flags = ecat::kMore}, {0, 0}) +
        ecat::datagram({.offset = second, .counter = counter}, {0, 0}));
  };
  REQUIRE(gw.asks(two(0, 0x0130, 0x0134)) == kPasses);
  CHECK(gw.answers(two(1, 0x0134, 0x0130)) == kUnasked);
  CHECK(gw.answers(ecat::command({.offset = 0x0134, .counter = 1}, {0, 0})) == kUnasked);
  CHECK(gw.answers(two(1, 0x0130, 0x0134)) == kPasses);
}

TEST_CASE("inspect: of an EtherCAT frame every datagram must be allowed", "[dataplane][ethercat]") {
  DatagramAsker gw("ethercat: { allow: [read] }", kPort);
  const Octets read = ecat::datagram({.offset = 0x0130, .flags = ecat::kMore}, {0, 0});
  const Octets state = ecat::datagram({.command = 8, .offset = 0x0120}, {1, 0});
  CHECK(gw.asks(ecat::commands(read + ecat::datagram({.offset = 0x0130}, {0, 0}))) == kPasses);
  CHECK(gw.asks(ecat::commands(read + state)) == kDenied);
  CHECK(gw.asks(ecat::commands(read + Octets{8})) == DropReason::kProtocolViolation);
}

TEST_CASE("evasion: octets that look like an upload do not make a write a read",
          "[dataplane][ethercat][evasion]") {
  DatagramAsker gw("ethercat: { allow: [read] }", kPort);
  CHECK(gw.asks(ecat::command(kMailbox, upload())) == kDenied);
  CHECK(gw.asks(ecat::frame(5, upload())) == kPasses);  // of the gateway it is nothing else
}

TEST_CASE("inspect: an upload through the mailbox passes where both are allowed, nowhere else",
          "[dataplane][ethercat]") {
  DatagramAsker gw(
      "ethercat: { allow: [ read: { units: [4097], addresses: [\"2:1054720-1054975\"] }, write: { "
      "units: [4097], functions: [sdo_initiate_upload], addresses: [\"0:6144-7167\"] } ] }",
      kPort);
  CHECK(gw.asks(ecat::command(kMailbox, upload())) == kPasses);
  CHECK(gw.asks(ecat::command({.command = 5, .offset = 0x2000}, upload())) == kDenied);
  CHECK(gw.asks(ecat::command({.command = 5, .device = 2, .offset = 0x1800}, upload())) == kDenied);
  CHECK(gw.asks(ecat::command({.command = 2, .offset = 0x1800}, upload())) == kDenied);
  CHECK(gw.asks(ecat::command(kMailbox, ecat::sdo(2, 0x40, 0x1c12, 0, Octets(4, 0)))) == kDenied);
  CHECK(gw.asks(ecat::command(kMailbox, Octets(16, 0))) == kDenied);
  CHECK(gw.asks(ecat::command(kMailbox, write_file())) == kDenied);
}

TEST_CASE("inspect: firmware by EtherCAT is of class firmware, by name where a rule names it",
          "[dataplane][ethercat]") {
  DatagramAsker gw("ethercat: { allow: [ write, program, firmware: { addresses: [\"boot\"] } ] }",
                   kPort);
  CHECK(gw.asks(ecat::frame(5, write_file())) == kPasses);
  const Octets other = ecat::mailbox(4, Octets{2, 0} + ecat::le32(0) + text("boot2"));
  CHECK(gw.asks(ecat::frame(5, other)) == kDenied);
  CHECK(gw.asks(ecat::command({.command = 5, .offset = 0x0502}, {0, 2})) == kDenied);
  CHECK(gw.asks(ecat::command({.command = 5, .offset = 0x0502}, {0, 4})) == kPasses);
}
