// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "packet_builder.h"
#include "wire/apps/modbus.h"

using namespace bulkhead::test;
namespace modbus = bulkhead::wire::modbus;
using bulkhead::wire::Operation;
using modbus::Side;
using modbus::Stream;

namespace {

std::string describe(const Operation& op) {
  std::string out = std::to_string(op.request_id) + " " + std::string(op.name);
  for (const auto& p : op.points)
    out += " " + std::to_string(p.first) + "-" + std::to_string(p.last);
  for (const auto& v : op.values)
    for (size_t i = 0; i < v.count; ++i) out += " =" + std::to_string(v.at(i));
  return out;
}

// Everything a stream says about `pieces`, one line per operation, then the fault if any.
std::vector<std::string> said(const std::vector<Bytes>& pieces, Side side = Side::kRequest) {
  Stream stream(side);
  std::vector<std::string> out;
  Operation op;
  for (const Bytes& piece : pieces) {
    std::span<const uint8_t> bytes = piece;
    Stream::Step step;
    while ((step = stream.next(bytes, op)) == Stream::Step::kOperation) out.push_back(describe(op));
    if (step == Stream::Step::kFault) {
      out.push_back(std::string(to_string(stream.fault().kind)) + " at " +
                    std::to_string(stream.fault().offset));
      return out;
    }
    CHECK(bytes.empty());
  }
  if (stream.held() != 0) out.push_back("held " + std::to_string(stream.held()));
  return out;
}

std::vector<Bytes> cut(const Bytes& whole, const std::vector<size_t>& at) {
  std::vector<Bytes> out;
  size_t from = 0;
  for (const size_t to : at) {
    out.emplace_back(whole.begin() + static_cast<std::ptrdiff_t>(from),
                     whole.begin() + static_cast<std::ptrdiff_t>(to));
    from = to;
  }
  out.emplace_back(whole.begin() + static_cast<std::ptrdiff_t>(from), whole.end());
  return out;
}

const Bytes kThree = modbus_adu(1, 1, {3, 0, 0, 0, 1}) +
                     modbus_adu(2, 1, {16, 0, 1, 0, 2, 4, 0, 10, 1, 2}) +
                     modbus_adu(3, 1, {5, 0, 9, 0xff, 0});
const std::vector<std::string> kThreeSaid = {"1 read_holding_registers 0-0",
                                             "2 write_multiple_registers 1-2 =10 =258",
                                             "3 write_single_coil 9-9 =1"};

}  // namespace

TEST_CASE("modbus stream: several adus in one segment, all come out", "[wire][modbus][stream]") {
  CHECK(said({kThree}) == kThreeSaid);
}

TEST_CASE("modbus stream: a cut at every pair of places, changes nothing",
          "[wire][modbus][stream]") {
  for (size_t a = 0; a <= kThree.size(); ++a)
    for (size_t b = a; b <= kThree.size(); ++b)
      if (said(cut(kThree, {a, b})) != kThreeSaid) FAIL("cut at " << a << " and " << b);
}

TEST_CASE("modbus stream: one byte at a time, changes nothing", "[wire][modbus][stream]") {
  std::vector<Bytes> bytes;
  for (const uint8_t b : kThree) bytes.push_back({b});
  CHECK(said(bytes) == kThreeSaid);
}

TEST_CASE("modbus stream: an adu that is not finished, is held and counted",
          "[wire][modbus][stream]") {
  const Bytes adu = modbus_adu(1, 1, {3, 0, 0, 0, 1});
  CHECK(said({Bytes(adu.begin(), adu.end() - 1)}) == std::vector<std::string>{"held 11"});
}

TEST_CASE("modbus stream: a fault behind good adus, comes after them and stays",
          "[wire][modbus][stream]") {
  const Bytes bad = modbus_adu(4, 1, {5, 0, 9, 1, 2});
  auto expected = kThreeSaid;
  expected.push_back("bad_value at 10");
  CHECK(said({kThree + bad + kThree}) == expected);
  Stream stream(Side::kRequest);
  Operation op;
  std::span<const uint8_t> bytes = bad;
  REQUIRE(stream.next(bytes, op) == Stream::Step::kFault);
  bytes = kThree;
  CHECK(stream.next(bytes, op) == Stream::Step::kFault);
}

TEST_CASE("modbus stream: the largest adu in two halves, fits the buffer",
          "[wire][modbus][stream]") {
  const Bytes adu = modbus_adu(9, 1, Bytes{90} + Bytes(252, 7));
  REQUIRE(adu.size() == modbus::kMaxAdu);
  for (size_t at = 1; at < adu.size(); ++at)
    CHECK(said(cut(adu, {at})) == std::vector<std::string>{"9 unity_schneider"});
}

TEST_CASE("modbus stream: random bytes in random cuts, say the same as uncut",
          "[wire][modbus][stream][property]") {
  std::mt19937 random(20260101);
  const auto below = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  for (int round = 0; round < 3000; ++round) {
    Bytes whole;
    for (size_t i = below(5) + 1; i > 0; --i) {
      const auto rows = modbus::functions();
      Bytes pdu{static_cast<uint8_t>(rows[below(rows.size())].code & 0xff)};
      for (size_t n = below(14); n > 0; --n) pdu.push_back(static_cast<uint8_t>(below(3)));
      whole = whole + modbus_adu(static_cast<uint16_t>(i), 1, pdu) + kThree;
    }
    if (below(4) == 0) whole[below(whole.size())] ^= static_cast<uint8_t>(1 << below(8));
    const Side side = below(2) == 0 ? Side::kRequest : Side::kResponse;
    std::vector<size_t> at;
    for (size_t to = below(20); to < whole.size(); to += 1 + below(20)) at.push_back(to);
    if (said({whole}, side) != said(cut(whole, at), side)) FAIL(to_hex(whole));
  }
}
