// SPDX-License-Identifier: Apache-2.0
#include "table/inspector_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

const Stack& modbus() {
  return *stack_for(wire::App::kModbus, wire::ip_protocol::kTcp);
}

class Listener final : public wire::OperationSink {
 public:
  void told() noexcept override { ++count; }
  int count = 0;
};

// Pages of what the flow has apart, the rings too.
size_t touched_apart(const Inspector& inspector) {
  constexpr uintptr_t kPage = 4096;
  const InspectedFlowMemory one = memory_of(*inspector.stack);
  const auto at = reinterpret_cast<uintptr_t>(inspector.rest);
  const uintptr_t front = at / kPage * kPage;
  const size_t bytes = at + one.apart + one.rings - front;
  std::vector<unsigned char> there((bytes + kPage - 1) / kPage);
  REQUIRE(::mincore(reinterpret_cast<void*>(front), bytes, there.data()) == 0);
  return static_cast<size_t>(
      std::ranges::count_if(there, [](unsigned char page) { return (page & 1) != 0; }));
}

constexpr std::array<uint8_t, 12> kReadHolding{0, 1, 0, 0, 0, 6, 1, 3, 0, 100, 0, 2};
constexpr std::array<uint8_t, 13> kAnswer{0, 1, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2};

wire::Operation asked(uint64_t id) {
  wire::Operation operation;
  operation.app = wire::App::kModbus;
  operation.code = 3;
  operation.request_id = id;
  return operation;
}

// A segment that passes, and is acknowledged.
void carry(InspectedStream& stream, std::span<const uint8_t> bytes) {
  stream.hold(bytes, 1);
  stream.release();
  stream.sent = stream.next;
  stream.acknowledge(stream.next);
}

}  // namespace

TEST_CASE("inspector pool: a Modbus exchange of whole frames touches nothing apart",
          "[dataplane][inspector_pool]") {
  InspectorPool pool(4);
  Inspector& inspector = pool.at(pool.acquire(modbus()));
  for (InspectedStream& stream : inspector.streams) stream.sync(99);
  Listener listener;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(modbus().feed(inspector.state(), wire::Side::kRequest, kReadHolding, listener).kind ==
            wire::FaultKind::kNone);
    inspector.requests.passed(listener.operation, true, 1);
    carry(inspector.streams[0], kReadHolding);
    REQUIRE(modbus().feed(inspector.state(), wire::Side::kResponse, kAnswer, listener).kind ==
            wire::FaultKind::kNone);
    REQUIRE(inspector.requests.answered(listener.operation, false));
    carry(inspector.streams[1], kAnswer);
  }
  CHECK(listener.count == 6);
  CHECK(touched_apart(inspector) == 0);
  // What a frame that is cut touches can be seen.
  const auto half = std::span(kReadHolding).first(5);
  (void)modbus().feed(inspector.state(), wire::Side::kRequest, half, listener);
  CHECK(touched_apart(inspector) == 1);
}

TEST_CASE("inspector pool: a flow knows nothing of the one that had its memory before",
          "[dataplane][inspector_pool]") {
  InspectorPool pool(1);
  const uint32_t handle = pool.acquire(modbus());
  Inspector& inspector = pool.at(handle);
  InspectedStream& stream = inspector.streams[0];
  stream.sync(99);
  const std::vector<uint8_t> many(1000, 7);
  stream.hold(many, 1);
  REQUIRE(stream.remove_held());
  stream.noted = 2;
  stream.has_told = inspector.blind = inspector.renumbers = inspector.has_signatures = true;
  for (uint64_t id = 0; id < Outstanding::kMost + 3; ++id)
    inspector.requests.passed(asked(id), true, 1);
  Listener listener;
  (void)modbus().feed(inspector.state(), wire::Side::kRequest, std::span(kReadHolding).first(5),
                      listener);
  REQUIRE_FALSE(modbus().between(inspector.state(), wire::Side::kRequest));
  pool.release(handle);

  REQUIRE(pool.acquire(modbus()) == handle);
  CHECK(modbus().between(inspector.state(), wire::Side::kRequest));
  CHECK(inspector.requests.size() == 0);
  wire::Operation answer = asked(1);
  answer.direction = wire::Direction::kResponse;
  CHECK_FALSE(inspector.requests.answered(answer, false));
  CHECK(inspector.requests.unasked(2));  // none of those that were pushed out is due
  CHECK_FALSE(stream.edits.any());
  CHECK(stream.ring.known() == 0);
  CHECK(stream.noted == 0);
  CHECK_FALSE((stream.has_told || stream.synced || inspector.blind || inspector.renumbers ||
               inspector.has_signatures));
}

TEST_CASE("inspector pool: records of protocols that keep little lie side by side",
          "[dataplane][inspector_pool]") {
  InspectorPool pool(2);
  const auto* tcp = reinterpret_cast<const std::byte*>(&pool.at(pool.acquire(modbus())));
  const Stack& fins = *stack_for(wire::App::kFins, wire::ip_protocol::kUdp);
  const auto* udp = reinterpret_cast<const std::byte*>(&pool.at(pool.acquire(fins)));
  CHECK(udp - tcp == kDense);
  CHECK(pool.free() == 0);
  CHECK(pool.acquire(modbus()) == kNoInspector);
}

}  // namespace bulkhead::dataplane
