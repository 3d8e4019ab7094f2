// SPDX-License-Identifier: Apache-2.0
// UnixDataplaneLink against a real socket whose other end a test plays.
#include <atomic>
#include <catch2/catch.hpp>

#include "control_fixture.h"
#include "ipc/socket.h"
#include "push/unix_dataplane_link.h"

namespace bulkhead::control {

namespace {

using namespace std::chrono_literals;
constexpr ipc::Timeout kWait{5000};

bool eventually(const auto& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

// The dataplane's end.
class Dataplane {
 public:
  explicit Dataplane(const std::string& path) : listener_(listen(path)) {}

  ipc::Connection greet(uint64_t generation, const std::string& gateway = "gw-a") {
    auto connection = listener_.accept(kWait);
    REQUIRE(connection);
    REQUIRE(connection->has_value());
    ipc::Hello hello;
    hello.gateway = gateway;
    hello.generation = generation;
    const UniqueFd anything{::dup(0)};
    REQUIRE((*connection)->send({0, hello}, anything.get(), kWait));
    return std::move(**connection);
  }

 private:
  static ipc::Listener listen(const std::string& path) {
    auto listener = ipc::Listener::listen(path);
    REQUIRE(listener);
    return std::move(*listener);
  }
  ipc::Listener listener_;
};

}  // namespace

TEST_CASE("link: a question gets the dataplane's answer, and its failures are errors",
          "[control][link]") {
  const ScratchDirectory directory;
  Dataplane dataplane(directory.file("s"));
  UnixDataplaneLink link(directory.file("s"), "gw-a");
  std::atomic<uint64_t> heard{0};
  link.add_listener([&](const ipc::Hello& hello, int fd) {
    if (fd >= 0) heard = hello.generation;
  });
  link.start();
  ipc::Connection end = dataplane.greet(7);
  REQUIRE(eventually([&] { return heard == 7; }));
  ipc::DataplaneStatus told;
  told.generation = 7;
  std::thread answers([&] {
    auto first = end.receive(kWait);
    (void)end.send({(*first)->message.request_id, told}, kWait);
    auto second = end.receive(kWait);
    (void)end.send({(*second)->message.request_id, ipc::Failure{{ErrorCode::kInvalid, "no"}}},
                   kWait);
  });
  const auto status = link.ask(ipc::GetStatus{});
  const auto failure = link.ask(ipc::GetStatus{});
  answers.join();
  REQUIRE(status);
  REQUIRE(std::get<ipc::DataplaneStatus>(*status).generation == 7);
  REQUIRE_FALSE(failure);
  REQUIRE(failure.error().sentence == "no");
  REQUIRE(link.connected());
  link.stop();
}

TEST_CASE("link: it comes back after a hang-up and tells its listeners again", "[control][link]") {
  const ScratchDirectory directory;
  Dataplane dataplane(directory.file("s"));
  UnixDataplaneLink link(directory.file("s"), "gw-a");
  std::atomic<int> connections{0};
  link.add_listener([&](const ipc::Hello&, int) { ++connections; });
  link.start();
  {
    const ipc::Connection end = dataplane.greet(1);
    REQUIRE(eventually([&] { return connections == 1; }));
  }
  REQUIRE(eventually([&] { return !link.connected(); }));
  const ipc::Connection again = dataplane.greet(1);
  REQUIRE(eventually([&] { return connections == 2 && link.connected(); }));
  link.stop();
}

TEST_CASE("link: a dataplane that greets late is waited for, on the same connection",
          "[control][link]") {
  const ScratchDirectory directory;
  Dataplane dataplane(directory.file("s"));
  UnixDataplaneLink link(directory.file("s"), "gw-a");
  link.start();
  std::this_thread::sleep_for(2500ms);
  REQUIRE(link.last_error().find("starting") != std::string::npos);
  const ipc::Connection end = dataplane.greet(1);
  REQUIRE(eventually([&] { return link.connected().has_value(); }));
  link.stop();
}

TEST_CASE("link: a dataplane that comes after a long time is found at once", "[control][link]") {
  const ScratchDirectory directory;
  UnixDataplaneLink link(directory.file("s"), "gw-a");
  link.start();
  std::this_thread::sleep_for(2500ms);
  Dataplane dataplane(directory.file("s"));
  const auto came = std::chrono::steady_clock::now();
  const ipc::Connection end = dataplane.greet(1);
  REQUIRE(eventually([&] { return link.connected().has_value(); }));
  CHECK(std::chrono::steady_clock::now() - came < 1000ms);
  link.stop();
}

TEST_CASE("link: stopped while a dataplane does not greet, it ends", "[control][link]") {
  const ScratchDirectory directory;
  const Dataplane dataplane(directory.file("s"));
  UnixDataplaneLink link(directory.file("s"), "gw-a");
  link.start();
  REQUIRE(eventually([&] { return !link.last_error().empty(); }));
  const auto asked = std::chrono::steady_clock::now();
  link.stop();
  CHECK(std::chrono::steady_clock::now() - asked < 1500ms);
}

TEST_CASE("link: while nobody listens a question is unavailable, with the reason",
          "[control][link]") {
  const ScratchDirectory directory;
  UnixDataplaneLink link(directory.file("s"), "gw-a");
  link.start();
  REQUIRE(eventually([&] { return !link.last_error().empty(); }));
  const auto answer = link.ask(ipc::GetStatus{});
  REQUIRE_FALSE(answer);
  REQUIRE(answer.error().code == ErrorCode::kUnavailable);
  link.stop();
}

TEST_CASE("link: a dataplane of another gateway is hung up on", "[control][link]") {
  const ScratchDirectory directory;
  Dataplane dataplane(directory.file("s"));
  UnixDataplaneLink link(directory.file("s"), "gw-a");
  link.start();
  const ipc::Connection end = dataplane.greet(1, "gw-z");
  REQUIRE(eventually([&] { return link.last_error().find("gw-z") != std::string::npos; }));
  REQUIRE_FALSE(link.connected());
  link.stop();
}

TEST_CASE("link: an answer to another question ends the connection", "[control][link]") {
  const ScratchDirectory directory;
  Dataplane dataplane(directory.file("s"));
  UnixDataplaneLink link(directory.file("s"), "gw-a");
  link.start();
  ipc::Connection end = dataplane.greet(1);
  REQUIRE(eventually([&] { return link.connected().has_value(); }));
  std::thread answers([&] {
    auto question = end.receive(kWait);
    (void)end.send({(*question)->message.request_id + 1, ipc::Ok{}}, kWait);
  });
  const auto answer = link.ask(ipc::GetStatus{});
  answers.join();
  REQUIRE_FALSE(answer);
  REQUIRE(answer.error().code == ErrorCode::kUnavailable);
  REQUIRE_FALSE(link.connected());
  link.stop();
}

}  // namespace bulkhead::control
