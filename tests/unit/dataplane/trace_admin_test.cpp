// SPDX-License-Identifier: Apache-2.0
// A trace order at the admin handler: in the snapshot, one at a time, gone when it is over.
#include <catch2/catch.hpp>
#include <filesystem>

#include "admin/handler.h"

namespace bulkhead::dataplane {
namespace {

class Hands final : public Clock {
 public:
  Now now() const noexcept override { return {steady_ns, 1}; }
  uint64_t steady_ns = 1'000'000'000;
};

struct Gateway {
  Gateway() {
    std::string pattern = std::filesystem::temp_directory_path() / "bulkhead-trace-XXXXXX";
    directory = mkdtemp(pattern.data());
    AdminSetup setup;
    setup.rules.gateway = "gw-a";
    setup.state_directory = directory;
    handler.emplace(std::move(setup), AdminHooks{}, publisher, clock);
    REQUIRE(handler->start().ok());
  }
  ~Gateway() { std::filesystem::remove_all(directory); }

  ipc::Body ask(ipc::Body question) {
    return handler->handle({.request_id = 1, .body = std::move(question)}, UniqueFd{}).body;
  }
  [[nodiscard]] bool started(uint64_t number, uint32_t for_ms = 1000, uint8_t packets = 2) {
    ipc::StartTrace order;
    order.number = number;
    order.packets = packets;
    order.for_ms = for_ms;
    return std::holds_alternative<ipc::Ok>(ask(order));
  }
  [[nodiscard]] const TraceOrder* order() const { return slot.pin()->trace.get(); }
  void wait_ms(uint64_t ms) {
    clock.steady_ns += ms * 1'000'000;
    handler->tick();
  }

  std::string directory;
  Hands clock;
  sync::Published<Snapshot> slot;
  sync::Epochs epochs{1};
  Publisher publisher{slot, epochs};
  std::optional<AdminHandler> handler;
};

}  // namespace

TEST_CASE("admin: a trace order is published, one at a time, until it is stopped",
          "[dataplane][admin][trace]") {
  Gateway gw;
  CHECK(gw.order() == nullptr);
  CHECK_FALSE(gw.handler->wants_ticks());
  REQUIRE(gw.started(7));
  REQUIRE(gw.order() != nullptr);
  CHECK(gw.order()->number == 7);
  CHECK(gw.handler->wants_ticks());
  CHECK_FALSE(gw.started(8));
  (void)gw.ask(ipc::StopTrace{6});  // of an earlier one
  CHECK(gw.order() != nullptr);
  (void)gw.ask(ipc::StopTrace{7});
  CHECK(gw.order() == nullptr);
  CHECK(gw.started(8));
}

TEST_CASE("admin: a trace order goes by itself when its time is over or its packets are there",
          "[dataplane][admin][trace]") {
  Gateway gw;
  REQUIRE(gw.started(1, 1000));
  gw.wait_ms(999);
  CHECK(gw.order() != nullptr);
  gw.wait_ms(20);
  CHECK(gw.order() == nullptr);
  REQUIRE(gw.started(2, 1000, 2));
  CHECK(gw.order()->take() == 1);
  gw.wait_ms(20);
  CHECK(gw.order() != nullptr);
  CHECK(gw.order()->take() == 2);
  CHECK(gw.order()->take() == 0);
  gw.wait_ms(20);
  CHECK(gw.order() == nullptr);
}

TEST_CASE("admin: a trace of a control that is gone is dropped for the next one",
          "[dataplane][admin][trace]") {
  Gateway gw;
  REQUIRE(gw.started(1, ipc::kMaxTraceMs));
  (void)gw.handler->greet();
  CHECK(gw.order() == nullptr);
}

TEST_CASE("admin: a trace without packets or time, or for ever, is refused",
          "[dataplane][admin][trace]") {
  Gateway gw;
  CHECK_FALSE(gw.started(1, 0));
  CHECK_FALSE(gw.started(1, 1000, 0));
  CHECK_FALSE(gw.started(1, ipc::kMaxTraceMs + 1));
  CHECK(gw.order() == nullptr);
}

}  // namespace bulkhead::dataplane
