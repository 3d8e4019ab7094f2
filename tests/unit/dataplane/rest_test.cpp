// SPDX-License-Identifier: Apache-2.0
#include "rest.h"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

namespace bulkhead::dataplane {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kShort{20};
constexpr milliseconds kLong{60'000};

uint32_t us(milliseconds time) {
  return static_cast<uint32_t>(time.count()) * 1000;
}

// Has something when its pipe has.
class PipeQueue final : public PortQueue {
 public:
  PipeQueue() { REQUIRE(::pipe(ends_.data()) == 0); }
  ~PipeQueue() override {
    for (const int end : ends_) ::close(end);
  }
  PipeQueue(const PipeQueue&) = delete;
  PipeQueue& operator=(const PipeQueue&) = delete;

  void comes() const { REQUIRE(::write(ends_[1], "p", 1) == 1); }
  size_t receive(std::span<Packet*> /*out*/) noexcept override { return 0; }
  size_t transmit(std::span<Packet* const> /*packets*/) noexcept override { return 0; }
  [[nodiscard]] int descriptor() const noexcept override { return ends_[0]; }

 private:
  std::array<int, 2> ends_{};
};

class BrokenQueue final : public PortQueue {
 public:
  size_t receive(std::span<Packet*> /*out*/) noexcept override { return 0; }
  size_t transmit(std::span<Packet* const> /*packets*/) noexcept override { return 0; }
  [[nodiscard]] int descriptor() const noexcept override { return 1 << 20; }  // POLLNVAL
};

std::vector<WorkerPort> ports_of(std::initializer_list<PortQueue*> queues) {
  std::vector<WorkerPort> ports;
  for (PortQueue* queue : queues) ports.push_back({.info = {}, .queue = queue});
  return ports;
}

}  // namespace

TEST_CASE("rest: nothing on any port, lasts as long as it may", "[dataplane][rest]") {
  PipeQueue queue;
  const auto ports = ports_of({&queue, nullptr});
  Rest rest(ports, us(kShort));
  const auto begin = Clock::now();
  CHECK_FALSE(rest.until_ready());
  CHECK(Clock::now() - begin >= kShort);
}

TEST_CASE("rest: one port has something, ends at once", "[dataplane][rest]") {
  PipeQueue quiet;
  PipeQueue queue;
  queue.comes();
  const auto ports = ports_of({&quiet, nullptr, &queue});
  const auto begin = Clock::now();
  CHECK(Rest(ports, us(kLong)).until_ready());
  CHECK(Clock::now() - begin < kLong);
}

TEST_CASE("rest: something comes in the middle, ends then", "[dataplane][rest]") {
  PipeQueue queue;
  const auto ports = ports_of({&queue});
  const auto begin = Clock::now();
  std::thread later([&] {
    std::this_thread::sleep_for(kShort);
    queue.comes();
  });
  CHECK(Rest(ports, us(kLong)).until_ready());
  later.join();
  CHECK(Clock::now() - begin >= kShort);
  CHECK(Clock::now() - begin < kLong);
}

TEST_CASE("rest: a descriptor in error, lets the time pass", "[dataplane][rest]") {
  BrokenQueue queue;
  const auto ports = ports_of({&queue});
  Rest rest(ports, us(kShort));
  const auto begin = Clock::now();
  CHECK_FALSE(rest.until_ready());
  CHECK(Clock::now() - begin >= kShort);
}

TEST_CASE("rest: the whole of it, lasts whatever the ports have", "[dataplane][rest]") {
  PipeQueue queue;
  queue.comes();
  const auto ports = ports_of({&queue});
  const auto begin = Clock::now();
  Rest(ports, us(kShort)).whole();
  CHECK(Clock::now() - begin >= kShort);
}

}  // namespace bulkhead::dataplane
