// SPDX-License-Identifier: Apache-2.0
// The table of I/O connections that workers share: exact under threads, and bounded.
#include "table/io_connections.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using namespace bulkhead;
using namespace bulkhead::dataplane;
using wire::cip::IoConnection;
using wire::cip::IoType;

namespace {

constexpr uint64_t kNow = 1'000'000'000'000;
constexpr uint64_t kSecond = 1'000'000'000;
const IpAddress kScanner = IpAddress::v4(0x0a00'0001), kDevice = IpAddress::v4(0x0a00'0002);

// Everything of it follows from `number`.
IoConnection connection(uint32_t number) {
  IoConnection out;
  out.triad = {static_cast<uint16_t>(number), 0x4d, number};
  out.unit = number * 3;
  out.transport_class = 1;
  for (auto* way : {&out.to_target, &out.to_originator}) {
    way->type = IoType::kPointToPoint;
    way->lifetime_ns = 10 * kSecond;
    way->size = static_cast<uint16_t>(number * 7);
    way->points.add_point(number * 11);
    way->points.add_point(number * 13);
  }
  out.to_target.identifier = 0x10000 + number;
  out.to_originator.identifier = 0x20000 + number;
  return out;
}

// Is what was found the connection of that number, and nothing of another?
bool whole(const IoConnections::Found& found, uint32_t number) {
  static thread_local wire::Operation operation;
  const auto telling = found.telling();
  operation.clear();
  telling.way.points.tell(wire::OperationClass::kWrite, operation);
  return telling.unit == number * 3 && telling.way.size == static_cast<uint16_t>(number * 7) &&
         operation.points.size() == 2 && operation.points[0].first == number * 11 &&
         operation.points[1].first == number * 13;
}

template <typename Work>
void on_threads(unsigned n, Work&& work) {
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < n; ++t) threads.emplace_back([&work, t] { work(t); });
  for (auto& thread : threads) thread.join();
}

bool knows(IoConnections& table, uint32_t number, uint64_t now_ns = kNow) {
  const auto found = table.find(kScanner, kDevice, 0x10000 + number, now_ns);
  const auto back = table.find(kDevice, kScanner, 0x20000 + number, now_ns);
  CHECK(found.known() == back.known());
  if (!found.known()) return false;
  CHECK(whole(found, number));
  CHECK(whole(back, number));
  CHECK(found.to_target());
  CHECK_FALSE(back.to_target());
  return true;
}

}  // namespace

TEST_CASE("io connections: what was opened is found by who sends to whom, until it is closed",
          "[io]") {
  IoConnections table(64, 7);
  REQUIRE(table.opened(kScanner, kDevice, connection(1), kNow));
  CHECK(knows(table, 1));
  CHECK_FALSE(table.find(kDevice, kScanner, 0x10001, kNow).known());
  CHECK_FALSE(table.find(IpAddress::v4(0x0a00'0003), kDevice, 0x10001, kNow).known());
  table.closed(kDevice, kScanner, connection(1).triad);  // not the originator
  table.closed(kScanner, kDevice, connection(2).triad);
  CHECK(knows(table, 1));
  table.closed(kScanner, kDevice, connection(1).triad);
  CHECK_FALSE(knows(table, 1));
}

TEST_CASE("io connections: a way without data has no place", "[io]") {
  IoConnections table(64, 7);
  IoConnection one_way = connection(1);
  one_way.to_target.type = IoType::kNull;
  REQUIRE(table.opened(kScanner, kDevice, one_way, kNow));
  CHECK_FALSE(table.find(kScanner, kDevice, 0x10001, kNow).known());
  CHECK(table.find(kDevice, kScanner, 0x20001, kNow).known());
  // One without any changes nothing of the connection that has its triad.
  one_way.to_originator.type = IoType::kNull;
  REQUIRE(table.opened(kScanner, kDevice, one_way, kNow));
  CHECK(table.find(kDevice, kScanner, 0x20001, kNow).known());
}

TEST_CASE("io connections: multicast goes to the group that the target said, or is not known",
          "[io]") {
  IoConnections table(64, 7);
  const IpAddress group = IpAddress::v4(0xefc0'0120);
  IoConnection connection_ = connection(1);
  connection_.to_originator.type = IoType::kMulticast;
  REQUIRE(table.opened(kScanner, kDevice, connection_, kNow));
  CHECK_FALSE(table.find(kDevice, kScanner, 0x20001, kNow).known());
  connection_.group = 0xefc0'0120;
  REQUIRE(table.opened(kScanner, kDevice, connection_, kNow));
  CHECK(table.find(kDevice, group, 0x20001, kNow).known());
  CHECK_FALSE(table.find(kDevice, kScanner, 0x20001, kNow).known());
  table.closed(kScanner, kDevice, connection_.triad);
  CHECK_FALSE(table.find(kDevice, group, 0x20001, kNow).known());
}

TEST_CASE("io connections: of two hosts the one that was silent for longest makes room", "[io]") {
  IoConnections table(64, 7);
  constexpr uint32_t kMost = IoConnections::kMostOfPair;
  for (uint32_t i = 0; i < kMost; ++i)
    REQUIRE(table.opened(kScanner, kDevice, connection(i), kNow + i));
  for (uint32_t i = 0; i < kMost; ++i) CHECK(knows(table, i));
  REQUIRE(table.find(kScanner, kDevice, 0x10000, kNow).known());
  CHECK(IoConnections::passed(table.find(kScanner, kDevice, 0x10000, kNow), 1, kNow + 100));
  CHECK(IoConnections::passed(table.find(kDevice, kScanner, 0x20000, kNow), 1, kNow + 100));
  REQUIRE(table.opened(kScanner, kDevice, connection(kMost), kNow + 101));
  CHECK(knows(table, 0));
  CHECK_FALSE(knows(table, 1));
  CHECK(knows(table, kMost));
}

TEST_CASE("io connections: however many are opened, the table keeps its bound", "[io]") {
  IoConnections table(32, 7);  // one bucket
  for (uint32_t host = 0; host < 100; ++host)
    for (uint32_t i = 0; i < 4; ++i)
      REQUIRE(table.opened(IpAddress::v4(0x0a01'0000 + host), kDevice, connection(i), kNow + host));
  size_t known = 0;
  for (uint32_t host = 0; host < 100; ++host)
    for (uint32_t i = 0; i < 4; ++i) {
      const auto found = table.find(IpAddress::v4(0x0a01'0000 + host), kDevice, 0x10000 + i, kNow);
      known += found.known() ? 1 : 0;
      if (found.known()) CHECK(whole(found, i));
    }
  CHECK(known == IoConnections::kWays / 2);
}

TEST_CASE("io connections: places of connections that ran out are used first", "[io]") {
  IoConnections table(32, 7);
  for (uint32_t host = 0; host < 8; ++host)
    for (uint32_t i = 0; i < 4; ++i) {
      IoConnection each = connection(i);
      if (host != 0) each.to_target.lifetime_ns = each.to_originator.lifetime_ns = 1000 * kSecond;
      REQUIRE(table.opened(IpAddress::v4(0x0a01'0000 + host), kDevice, each, kNow + (8 - host)));
    }
  const uint64_t later = kNow + 11 * kSecond;
  REQUIRE(table.opened(kScanner, kDevice, connection(9), later));
  CHECK(knows(table, 9, later));
  for (uint32_t host = 1; host < 8; ++host)
    CHECK(table.find(IpAddress::v4(0x0a01'0000 + host), kDevice, 0x10003, later).known());
  CHECK_FALSE(table.find(IpAddress::v4(0x0a01'0000), kDevice, 0x10003, later).known());
}

TEST_CASE("io connections: a number that passed does not pass again, by an earlier find neither",
          "[io]") {
  IoConnections table(64, 7);
  REQUIRE(table.opened(kScanner, kDevice, connection(1), kNow));
  const auto find = [&] { return table.find(kScanner, kDevice, 0x10001, kNow); };
  const auto early = find();
  CHECK(IoConnections::passed(find(), 5, kNow));
  CHECK_FALSE(find().ahead(5));
  CHECK_FALSE(IoConnections::passed(early, 5, kNow));
  CHECK_FALSE(IoConnections::passed(early, 4, kNow));
  CHECK(IoConnections::passed(early, 6, kNow));
  // Nor does a number of a connection that is no more count for the one in its place.
  REQUIRE(table.opened(kScanner, kDevice, connection(1), kNow));
  CHECK_FALSE(IoConnections::passed(early, 900, kNow));
  CHECK(find().ahead(1));
}

TEST_CASE("io connections: threads never see parts of two connections", "[io][threads]") {
  IoConnections table(32, 7);  // one bucket, in which all push one another out
  std::atomic<uint32_t> torn{0}, seen{0};
  on_threads(4, [&](unsigned t) {
    for (uint32_t i = 0; i < 20'000; ++i) {
      const uint32_t number = (i * 7 + t * 13) % 50;
      // Identifiers are used again, by connections whose content differs.
      if (t < 2) {
        IoConnection each = connection(number);
        each.to_target.identifier = 0x10000 + number % 5;
        if (i % 9 == 0)
          table.closed(kScanner, kDevice, each.triad);
        else
          (void)table.opened(kScanner, kDevice, each, kNow + i);
        continue;
      }
      const auto found = table.find(kScanner, kDevice, 0x10000 + i % 5, kNow + i);
      if (!found.known()) continue;
      seen.fetch_add(1, std::memory_order_relaxed);
      const uint32_t which = found.telling().unit / 3;
      if (!whole(found, which) || which % 5 != i % 5) torn.fetch_add(1, std::memory_order_relaxed);
      (void)IoConnections::passed(found, i, kNow + i);
    }
  });
  CHECK(torn.load() == 0);
  CHECK(seen.load() > 0);
}

TEST_CASE("io connections: each number passes once, whichever thread has it", "[io][threads]") {
  IoConnections table(64, 7);
  REQUIRE(table.opened(kScanner, kDevice, connection(1), kNow));
  constexpr uint32_t kNumbers = 20'000;
  std::vector<std::atomic<uint8_t>> passes(kNumbers);
  on_threads(3, [&](unsigned) {
    for (uint32_t n = 0; n < kNumbers; ++n) {
      const auto found = table.find(kScanner, kDevice, 0x10001, kNow);
      if (found.known() && found.ahead(n) && IoConnections::passed(found, n, kNow))
        passes[n].fetch_add(1, std::memory_order_relaxed);
    }
  });
  uint32_t passed = 0, twice = 0;
  for (const auto& each : passes) {
    passed += each.load();
    twice += each.load() > 1 ? 1 : 0;
  }
  CHECK(twice == 0);
  CHECK(passed > 0);
}
