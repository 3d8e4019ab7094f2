// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/cip/path.h"

#include <catch2/catch.hpp>

#include "wire/apps/cip/route.h"

using namespace bulkhead::wire;
using namespace bulkhead::wire::cip;
using Bytes = std::vector<uint8_t>;

namespace {

struct Read {
  explicit Read(const Bytes& from) : bytes(from) {
    Reader in(bytes);
    read_path(in, text, path);
    fault = in.fault();
  }
  Bytes bytes;
  TagText text;
  Path path;
  Fault fault;
};

std::string tag(const Bytes& bytes) {
  const Read read(bytes);
  CHECK(read.fault.kind == FaultKind::kNone);
  return std::string(read.text.whole()) + (read.path.odd ? " (odd)" : "");
}

uint32_t unit(const Bytes& bytes) {
  const Read read(bytes);
  CHECK(read.fault.kind == FaultKind::kNone);
  return unit_behind(kHere, read.path);
}

FaultKind fault(const Bytes& bytes) {
  return Read(bytes).fault.kind;
}

}  // namespace

TEST_CASE("cip: logical segments of 8, 16 and 32 bits name the same object", "[wire][cip]") {
  for (const Bytes& bytes :
       {Bytes{0x20, 0x6b, 0x24, 9, 0x30, 3}, Bytes{0x21, 0, 0x6b, 0, 0x25, 0, 9, 0, 0x31, 0, 3, 0},
        Bytes{0x22, 0, 0x6b, 0, 0, 0, 0x26, 0, 9, 0, 0, 0, 0x32, 0, 3, 0, 0, 0}}) {
    const Read read(bytes);
    REQUIRE(read.fault.kind == FaultKind::kNone);
    REQUIRE(read.path.objects.size() == 1);
    CHECK(read.path.objects[0].cls == 0x6b);
    CHECK(read.path.objects[0].instance == 9);
    CHECK(read.path.objects[0].attribute == 3);
  }
}

TEST_CASE("cip: a symbolic path is the tag as engineers write it", "[wire][cip]") {
  CHECK(tag({0x91, 4, 'P', 'u', 'm', 'p'}) == "Pump");
  CHECK(tag({0x64, 'P', 'u', 'm', 'p', 0}) == "Pump");
  CHECK(tag({0x91, 3, 'A', 'r', 'r', 0, 0x28, 3, 0x29, 0, 4, 1}) == "Arr[3,260]");
  CHECK(tag({0x91, 1, 'A', 0, 0x28, 1, 0x91, 1, 'B', 0}) == "A[1].B");
}

TEST_CASE("cip: a name that would read like another tag fits no rule", "[wire][cip]") {
  CHECK(tag({0x91, 3, 'A', '.', 'B', 0}) == "A.B (odd)");
  CHECK(tag({0x91, 4, 'A', '[', '1', ']'}) == "A[1] (odd)");
  CHECK(tag({0x91, 2, 'A', '*'}) == "A* (odd)");
}

TEST_CASE("cip: one slot of the backplane is a unit, and any other route is elsewhere",
          "[wire][cip]") {
  CHECK(unit({}) == kHere);
  CHECK(unit({1, 0}) == kSlot0);
  CHECK(unit({1, 255}) == kLastSlot);
  CHECK(unit({1, 2, 1, 0}) == kElsewhere);
  CHECK(unit({2, 5}) == kElsewhere);
  CHECK(unit({0x12, 4, '1', '.', '2', '3'}) == kElsewhere);  // a network address behind port 2
  CHECK(unit({0x11, 1, 0, 0}) == kElsewhere);  // slot 0 with a size in front of it, padded
  CHECK(unit({0x0f, 1, 0, 3}) == kElsewhere);  // port 1 as an extended number
}

TEST_CASE("cip: a device behind one that is away is elsewhere, and behind an unknown one unknown",
          "[wire][cip]") {
  const Read read({1, 3});
  CHECK(unit_behind(kSlot0, read.path) == kElsewhere);
  CHECK(unit_behind(kElsewhere, read.path) == kElsewhere);
  CHECK(unit_behind(kUnknown, read.path) == kUnknown);
}

TEST_CASE("cip: the segments of a connection's path are read over", "[wire][cip]") {
  const Read read({0x34, 4,    1, 0,    2, 0,    3,  0,    4, 5, 0x20, 4, 0x24,
                   1,    0x2c, 2, 0x2c, 3, 0x43, 10, 0x80, 2, 1, 2,    3, 4});
  REQUIRE(read.fault.kind == FaultKind::kNone);
  CHECK(read.path.connection_points.size() == 2);
  CHECK(read.path.connection_points[1] == 3);
  CHECK(read.path.data.size() == 4);
}

TEST_CASE("cip: a segment that is cut short or not known is a fault", "[wire][cip]") {
  CHECK(fault({0x20}) == FaultKind::kBadLength);
  CHECK(fault({0x21, 0, 1}) == FaultKind::kBadLength);
  CHECK(fault({0x91, 200, 'A', 'B'}) != FaultKind::kNone);
  CHECK(fault({0x91, 0}) == FaultKind::kBadPath);
  CHECK(fault({0x80, 3, 1, 2}) != FaultKind::kNone);
  CHECK(fault({0x34, 9, 0, 0}) == FaultKind::kBadPath);
  CHECK(fault({0x22, 0, 1, 0, 1, 0}) == FaultKind::kBadPath);  // a class has 16 bits
  CHECK(fault({0x23, 0}) == FaultKind::kBadPath);
  CHECK(fault({0xa0, 0}) == FaultKind::kBadPath);
  CHECK(fault({0x12, 0}) == FaultKind::kBadPath);
  CHECK(fault({0x20, 1, 0x20, 2, 0x20, 3, 0x20, 4, 0x20, 5}) == FaultKind::kTooMany);
}

TEST_CASE("cip: a path that is cut at any byte does not read past its end", "[wire][cip]") {
  const Bytes whole = {1, 0,    0x34, 4,   1,   0,   2, 0,    3, 0, 4,
                       5, 0x91, 3,    'T', 'a', 'g', 0, 0x29, 0, 7, 0};
  for (size_t n = 0; n < whole.size(); ++n)
    (void)Read(Bytes(whole.begin(), whole.begin() + static_cast<long>(n)));
}
