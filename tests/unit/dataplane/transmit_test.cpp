// SPDX-License-Identifier: Apache-2.0
// Who gets the room of a queue that has too little: control traffic first, and it is not lost.
#include "stage/transmit.h"

#include <catch2/catch.hpp>

#include "mesh_fixture.h"

namespace bulkhead::dataplane {
namespace {

// Takes at most `per_call` packets of each call, and forgets none.
class NarrowQueue final : public PortQueue {
 public:
  explicit NarrowQueue(size_t per_call_) : per_call(per_call_) {}
  size_t receive(std::span<Packet*>) noexcept override { return 0; }
  size_t transmit(std::span<Packet* const> packets) noexcept override {
    const size_t n = std::min(per_call, packets.size());
    for (Packet* packet : packets.first(n)) sent.push_back(packet->data[0]);
    return n;
  }
  size_t per_call;
  std::vector<uint8_t> sent;  // first bytes
};

struct Line {
  explicit Line(size_t per_call) : queue(per_call) { port.queue = &queue; }

  Packet* packet(uint8_t name, bool control) {
    Packet* made = gateway.outbox.make();
    made->append(60);
    made->data[0] = name;
    made->meta.tx_port = 0;
    if (!control) made->meta.control_tries = 0;
    return made;
  }
  // One burst of these; how many were dropped as tx_full.
  size_t transmit(const std::vector<Packet*>& packets) {
    Burst burst;
    for (Packet* p : packets) (void)burst.push(p);
    WorkerView view = gateway.make_view();
    view.ports = {&port, 1};
    stage.process(burst, view);
    CHECK(burst.empty());
    for (const Burst::Dropped& d : burst.dropped()) CHECK(d.reason == DropReason::kTxFull);
    return burst.dropped().size();
  }
  size_t again() { return transmit(gateway.said()); }

  MeshGateway gateway{side_a({}), side_b({}), {}};
  NarrowQueue queue;
  WorkerPort port;
  TransmitStage stage;
};

}  // namespace

TEST_CASE("transmit: control traffic goes before data, each in its order",
          "[dataplane][transmit]") {
  Line line(64);
  CHECK(line.transmit({line.packet('a', false), line.packet('K', true), line.packet('b', false),
                       line.packet('L', true)}) == 0);
  CHECK(line.queue.sent == std::vector<uint8_t>{'K', 'L', 'a', 'b'});
}

TEST_CASE("transmit: of a queue that takes three, the keepalive has one and data the rest",
          "[dataplane][transmit][drop]") {
  Line line(3);
  std::vector<Packet*> burst;
  for (char c = 'a'; c <= 'j'; ++c) burst.push_back(line.packet(static_cast<uint8_t>(c), false));
  burst.push_back(line.packet('K', true));
  CHECK(line.transmit(burst) == 8);
  CHECK(line.queue.sent == std::vector<uint8_t>{'K', 'a', 'b'});
}

TEST_CASE(
    "transmit: control traffic that a full queue refuses waits, and is sent when there is room",
    "[dataplane][transmit]") {
  Line line(0);
  CHECK(line.transmit({line.packet('K', true), line.packet('a', false)}) == 1);
  CHECK(line.again() == 0);
  line.queue.per_call = 1;
  CHECK(line.again() == 0);
  CHECK(line.queue.sent == std::vector<uint8_t>{'K'});
  CHECK(line.gateway.outbox.empty());
}

TEST_CASE("transmit: a queue that takes nothing for long, loses control traffic as tx_full",
          "[dataplane][transmit][drop]") {
  Line line(0);
  size_t lost = line.transmit({line.packet('K', true)});
  for (int i = 0; i < kControlTries; ++i) lost += line.again();
  CHECK(lost == 1);
  CHECK(line.gateway.outbox.empty());
}

TEST_CASE("transmit: a dead port holds only part of the outbox", "[dataplane][transmit][drop]") {
  Line line(0);
  std::vector<Packet*> burst;
  for (int i = 0; i < 64; ++i) burst.push_back(line.packet('K', true));
  CHECK(line.transmit(burst) == 64 - TransmitStage::kMostWaiting);
  CHECK(line.gateway.outbox.room() == Outbox::kCapacity - TransmitStage::kMostWaiting);
}

}  // namespace bulkhead::dataplane
