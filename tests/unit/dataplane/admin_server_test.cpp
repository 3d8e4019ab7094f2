// SPDX-License-Identifier: Apache-2.0
// The admin server on a real unix socket, with the server in a thread of its own.
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "admin/server.h"

namespace bulkhead::dataplane {
namespace {

using Catch::Matchers::Contains;
constexpr ipc::Timeout kLong{5000};

struct Server {
  Server() {
    spdlog::set_level(spdlog::level::off);  // its lines would stand between the results
    std::string pattern = std::filesystem::temp_directory_path() / "bulkhead-server-XXXXXX";
    directory = mkdtemp(pattern.data());
    AdminSetup setup;
    setup.rules.gateway = "gw-a";
    setup.state_directory = directory + "/state";
    setup.underlays.emplace_back().address = *parse_prefix("192.0.2.1/24");
    handler.emplace(std::move(setup), AdminHooks{}, publisher, clock);
    REQUIRE(handler->start().ok());
    auto listener = ipc::Listener::listen(path());
    REQUIRE(listener.ok());
    server.emplace(std::move(*listener), *handler, stop.get());
    thread = std::thread([this] { ended = server->run(stop.get()).ok(); });
  }
  ~Server() {
    finish();
    std::filesystem::remove_all(directory);
  }
  void finish() {
    if (!thread.joinable()) return;
    eventfd_write(stop.get(), 1);
    thread.join();
  }
  std::string path() const { return directory + "/dp.sock"; }

  ipc::Connection connect() const {
    auto connection = ipc::Connection::connect(path(), kLong);
    REQUIRE(connection.ok());
    return std::move(*connection);
  }
  static ipc::Received receive(ipc::Connection& connection) {
    auto received = connection.receive(kLong);
    REQUIRE(received.ok());
    REQUIRE(received->has_value());
    return std::move(**received);
  }

  std::string directory;
  SystemClock clock;
  sync::Published<Snapshot> slot;
  sync::Epochs epochs{1};
  Publisher publisher{slot, epochs};
  UniqueFd stop{eventfd(0, EFD_CLOEXEC)};
  std::optional<AdminHandler> handler;
  std::optional<AdminServer> server;
  std::thread thread;
  bool ended = false;
};

}  // namespace

TEST_CASE("admin server: control connects, is greeted with the telemetry descriptor and answered",
          "[dataplane][admin][server]") {
  Server s;
  auto control = s.connect();
  const auto hello = Server::receive(control);
  CHECK(std::get<ipc::Hello>(hello.message.body).gateway == "gw-a");
  CHECK(hello.descriptor.valid());
  REQUIRE(control.send({.request_id = 9, .body = ipc::GetStatus{}}, kLong).ok());
  const auto answer = Server::receive(control);
  CHECK(answer.message.request_id == 9);
  CHECK(std::holds_alternative<ipc::DataplaneStatus>(answer.message.body));
}

TEST_CASE("admin server: a second control, is told who is connected and hung up on",
          "[dataplane][admin][server]") {
  Server s;
  auto first = s.connect();
  Server::receive(first);
  auto second = s.connect();
  const auto refusal = Server::receive(second);
  CHECK_THAT(std::get<ipc::Failure>(refusal.message.body).error.sentence,
             Contains("pid " + std::to_string(getpid())));
  CHECK_FALSE(second.receive(kLong).ok());
  REQUIRE(first.send({.request_id = 1, .body = ipc::GetStatus{}}, kLong).ok());
  CHECK(Server::receive(first).message.request_id == 1);
}

TEST_CASE("admin server: nonsense from control, ends the connection and the next is welcome",
          "[dataplane][admin][server]") {
  Server s;
  auto first = s.connect();
  Server::receive(first);
  REQUIRE(write(first.fd(), "nonsense", 8) == 8);
  CHECK_FALSE(first.receive(kLong).ok());
  auto second = s.connect();
  CHECK(std::holds_alternative<ipc::Hello>(Server::receive(second).message.body));
}

TEST_CASE("admin server: control goes away, the next is welcome at once",
          "[dataplane][admin][server]") {
  Server s;
  for (int i = 0; i < 20; ++i) {
    auto control = s.connect();
    CHECK(std::holds_alternative<ipc::Hello>(Server::receive(control).message.body));
  }
}

TEST_CASE("admin server: a second dataplane at the same socket, is told that it is taken",
          "[dataplane][admin][server]") {
  Server s;
  const auto taken = ipc::Listener::listen(s.path());
  REQUIRE_FALSE(taken.ok());
  CHECK(taken.error().code == ErrorCode::kExists);
}

TEST_CASE("admin server: told to stop, ends without error", "[dataplane][admin][server]") {
  Server s;
  auto control = s.connect();
  Server::receive(control);
  s.finish();
  CHECK(s.ended);
}

}  // namespace bulkhead::dataplane
