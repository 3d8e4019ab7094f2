// SPDX-License-Identifier: Apache-2.0
// Whole trials over memory: what the sender sends goes through a device of the test's own making.
#include "rfc2544/trial.h"

#include <x86intrin.h>

#include <catch2/catch.hpp>
#include <deque>
#include <functional>

#include "packet_builder.h"
#include "port/memory_port.h"
#include "wire/frame.h"

namespace bulkhead::bench {
namespace {

using dataplane::MemoryPool, dataplane::MemoryQueue, dataplane::Packet;
using test::Bytes;
using Frames = std::vector<Bytes>;

constexpr double kHz = 1e9;  // close enough: only the length of a trial depends on it

const HostAddress kOut{
    {{2, 0, 0, 0, 0x20, 1}}, IpAddress::v4(0x0a14'00c9), IpAddress::v4(0x0a14'00ca)};
const HostAddress kBack{
    {{2, 0, 0, 0, 0x20, 2}}, IpAddress::v4(0x0a14'00ca), IpAddress::v4(0x0a14'00c9)};

Way way(uint32_t flows) {
  return {.src_mac = kOut.mac,
          .next_hop_mac = {{2, 9, 9, 9, 9, 9}},
          .src = kOut.ip,
          .dst = kBack.ip,
          .first_src_port = 20000,
          .dst_port = 47000,
          .flows = flows};
}

// What is sent at one port comes in at another, by a rule for each frame: nothing, itself, or more.
class Wire final : public dataplane::PortQueue {
 public:
  using Rule = std::function<Frames(const Bytes&)>;
  Wire(MemoryPool& pool, MemoryQueue& to, Rule rule)
      : pool_(pool), to_(to), rule_(std::move(rule)) {}

  size_t receive(std::span<Packet*>) noexcept override { return 0; }
  size_t transmit(std::span<Packet* const> packets) noexcept override {
    for (const Packet* packet : packets)
      for (const Bytes& frame : rule_(Bytes(packet->bytes().begin(), packet->bytes().end())))
        to_.put(frame);
    pool_.free(packets);
    return packets.size();
  }

 private:
  MemoryPool& pool_;
  MemoryQueue& to_;
  Rule rule_;
};

std::optional<Stamp> stamp_of(const Bytes& frame) {
  return read_stamp(std::span(frame).subspan(42));
}

struct Lab {
  explicit Lab(Wire::Rule rule, uint32_t flows = 4, FrameMix mix = FrameMix(60))
      : wire(pool, back_queue, std::move(rule)), frames(way(flows), std::move(mix)) {}

  TrialResult run(uint64_t count, uint16_t number = 9) {
    Trial trial(out, back, frames, {{{.per_second = 1e6, .seconds = 1, .frames = count}}, 0.001},
                number, kHz);
    trial.both();
    return trial.result();
  }

  MemoryPool pool{4096};
  MemoryQueue back_queue{pool};
  Wire wire;
  Host out{kOut, wire, pool};
  Host back{kBack, back_queue, pool};
  FrameMaker frames;
};

}  // namespace

TEST_CASE("trial: a wire gives back what was offered, in order and undamaged", "[rfc2544][trial]") {
  Lab lab([](const Bytes& f) { return Frames{f}; }, 4, FrameMix::imix());
  const TrialResult r = lab.run(1000);
  CHECK(r.offered == 1000);
  CHECK(r.received == 1000);
  CHECK(r.lost() == 0);
  CHECK(r.duplicates + r.reordered + r.too_late + r.damaged + r.stale == 0);
  CHECK(r.learnt == 4);  // one frame a flow
  CHECK(r.ticks.total() == 1000);
  CHECK_FALSE(r.last_loss);
  CHECK(lab.pool.available() == 4096);  // no buffer stayed anywhere
}

TEST_CASE("trial: every frame is what its number says", "[rfc2544][trial]") {
  Frames seen;
  Lab lab(
      [&](const Bytes& f) {
        seen.push_back(f);
        return Frames{f};
      },
      3, FrameMix::imix());
  lab.run(24);
  REQUIRE(seen.size() == 3 + 24);
  for (const Bytes& f : seen) {
    wire::Frame frame;
    REQUIRE(wire::parse_frame(f, frame).kind == wire::FaultKind::kNone);
    CHECK(wire::transport_checksum_ok(f, frame.ip));
    const auto stamp = stamp_of(f);
    REQUIRE(stamp);
    CHECK(frame.ip.src_port == 20000 + stamp->sequence % 3);
    CHECK(f.size() == FrameMix::imix().bytes(stamp->sequence));
    CHECK(frame.src_mac == kOut.mac);
  }
}

TEST_CASE("trial: a frame that does not come is lost, and when it was sent is known",
          "[rfc2544][trial]") {
  Lab lab([](const Bytes& f) {
    const auto stamp = stamp_of(f);
    return stamp->trial != kLearning && stamp->sequence % 100 == 99 ? Frames{} : Frames{f};
  });
  const TrialResult r = lab.run(1000);
  CHECK(r.lost() == 10);
  CHECK(r.loss() == Approx(0.01));
  REQUIRE(r.last_loss);
  CHECK(*r.last_loss <= r.seconds);
}

TEST_CASE("trial: copies and damage are no frames received", "[rfc2544][trial]") {
  Lab lab([](const Bytes& f) {
    Bytes damaged = f;
    damaged.back() ^= 1;
    return stamp_of(f)->sequence % 2 == 0 ? Frames{f, f} : Frames{damaged};
  });
  const TrialResult r = lab.run(100);
  CHECK(r.received == 50);
  CHECK(r.duplicates == 50);
  CHECK(r.damaged >= 50);
  CHECK(r.lost() == 50);
}

TEST_CASE("trial: frames of an earlier trial do not count for this one", "[rfc2544][trial]") {
  Frames kept;
  bool second = false;
  Lab lab([&](const Bytes& f) {
    if (!second && stamp_of(f)->sequence == 7 && stamp_of(f)->trial != kLearning) {
      kept.push_back(f);
      return Frames{};
    }
    Frames now{f};
    if (second) now.insert(now.end(), kept.begin(), kept.end());
    if (second) kept.clear();
    return now;
  });
  CHECK(lab.run(10, 1).lost() == 1);
  second = true;
  const TrialResult r = lab.run(10, 2);
  CHECK(r.stale == 1);
  CHECK(r.received == 10);
  CHECK(r.duplicates == 0);
}

TEST_CASE("trial: of a port that takes nothing, nothing was offered", "[rfc2544][trial]") {
  MemoryPool pool(256);
  MemoryQueue full(pool, 0), none(pool);
  Host out(kOut, full, pool), back(kBack, none, pool);
  const FrameMaker frames(way(1), FrameMix(60));
  Trial trial(out, back, frames, {{{.per_second = 1e6, .seconds = 0.01}}, 0.001}, 1, kHz);
  trial.both();
  const TrialResult r = trial.result();
  CHECK(r.offered == 0);
  CHECK(r.missed > 0);
  CHECK(r.loss() == 0);
  CHECK(pool.available() == 256);
}

TEST_CASE("host: answers ARP for its address alone, and learns its next hop", "[rfc2544][host]") {
  MemoryPool pool(64);
  MemoryQueue queue(pool);
  Host host(kOut, queue, pool);
  using namespace test;
  queue.put((ethernet("02:00:00:00:00:77", "ff:ff:ff:ff:ff:ff") |
             arp_request("02:00:00:00:00:77", "10.20.0.1", "10.20.0.201"))
                .bytes());
  queue.put((ethernet("02:00:00:00:00:77", "ff:ff:ff:ff:ff:ff") |
             arp_request("02:00:00:00:00:77", "10.20.0.1", "10.20.0.9"))
                .bytes());
  host.poll(nullptr);
  CHECK(queue.take() ==
        Frames{ethernet("02:00:00:00:20:01", "02:00:00:00:00:77") |
               arp_reply("02:00:00:00:20:01", "10.20.0.201", "02:00:00:00:00:77", "10.20.0.1")});
  CHECK_FALSE(host.next_hop_mac());
  queue.put((ethernet("02:00:00:00:00:78", "02:00:00:00:20:01") |
             arp_reply("02:00:00:00:00:78", "10.20.0.202", "02:00:00:00:20:01", "10.20.0.201"))
                .bytes());
  host.poll(nullptr);
  REQUIRE(host.next_hop_mac());
  CHECK(to_string(*host.next_hop_mac()) == "02:00:00:00:00:78");
}

TEST_CASE("host: the network's refusals are told apart", "[rfc2544][host]") {
  MemoryPool pool(64);
  MemoryQueue queue(pool);
  Host host(kOut, queue, pool);
  using namespace test;
  const auto unreachable = [&](uint8_t code, uint16_t mtu) {
    queue.put(
        (ethernet() | ipv4("10.20.0.1", "10.20.0.201") |
         icmp(3, code, Bytes{0, 0, static_cast<uint8_t>(mtu >> 8), static_cast<uint8_t>(mtu)}))
            .bytes());
  };
  unreachable(13, 0);
  unreachable(1, 0);
  unreachable(4, 1438);
  queue.put((ethernet() | ipv4("10.20.0.1", "10.20.0.201") | udp(1, 2) | payload("hello")).bytes());
  host.poll(nullptr);
  const Heard heard = host.take_heard();
  CHECK(heard.prohibited == 1);
  CHECK(heard.unreachable == 1);
  CHECK(heard.too_big == 1);
  CHECK(heard.mtu == 1438);
  CHECK(heard.foreign == 1);
}

}  // namespace bulkhead::bench
