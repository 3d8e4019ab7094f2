// SPDX-License-Identifier: Apache-2.0
// What has slipped past other inspectors must not slip past this one.
#include "builder.h"

using namespace bulkhead::test::dnp3;
using bulkhead::wire::Direction;
using bulkhead::wire::Fault;
using bulkhead::wire::FaultKind;
using bulkhead::wire::OperationClass;

namespace {

const Bytes kHarmless{30, 2, 0, 0, 9};

Bytes segment(uint8_t octet, const Bytes& data, uint16_t from = kMaster,
              uint16_t to = kOutstation) {
  return link_frame(kFromMaster, to, from, Bytes{octet} + data);
}

}  // namespace

TEST_CASE("dnp3: evasion: a harmless first object header and a command second", "[wire][dnp3]") {
  const Bytes time{50, 1, 7, 1, 1, 2, 3, 4, 5, 6};
  const Told told = told_of(Bytes{0xc0, 5} + time + command(5));
  CHECK(told.cls == OperationClass::kControl);
  CHECK(points_of(told) == Points{"50:1 control 0-0", "12:1 control 5-5"});
}

TEST_CASE("dnp3: evasion: a checksum wrong in any one block", "[wire][dnp3]") {
  Bytes fragment{0xc0, 1};
  for (int i = 0; i < 40; ++i) fragment = fragment + kHarmless;
  const Bytes good = request(fragment);
  CHECK(Talk{}.frame(good).kind == FaultKind::kNone);
  for (size_t at = 10; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] ^= 0x10;
    Talk talk;
    const Fault fault = talk.frame(bad);
    CHECK(fault.kind == FaultKind::kBadChecksum);
    CHECK(fault.offset + 2 <= bad.size());
    CHECK(talk.told() == 0);
  }
}

TEST_CASE("dnp3: evasion: a segment with a wrong checksum is no part of its fragment",
          "[wire][dnp3]") {
  Talk talk;
  talk.frame(segment(0x40, Bytes{0xc0, 1} + kHarmless));
  Bytes bad = segment(1, kHarmless);
  bad.back() ^= 1;
  CHECK(talk.frame(bad).kind == FaultKind::kBadChecksum);
  const Told told = talk.one(segment(0x81, {30, 2, 0, 20, 29}));
  CHECK(points_of(told) == Points{"30:2 read 0-9", "30:2 read 20-29"});
}

TEST_CASE("dnp3: evasion: two link addresses on one connection", "[wire][dnp3]") {
  Talk talk;
  talk.frame(segment(0x40, Bytes{0xc0, 5}, 3, 1));
  talk.frame(segment(0x40, Bytes{0xc0, 1}, 3, 2));
  const Told read = talk.one(segment(0x81, kHarmless, 3, 2));
  CHECK(read.unit == 2);
  CHECK(read.cls == OperationClass::kRead);
  const Told operate = talk.one(segment(0x81, command(5), 3, 1));
  CHECK(operate.unit == 1);
  CHECK(operate.cls == OperationClass::kControl);
  // Answers with the same number belong to different requests.
  CHECK(talk.one(response({0xc0, 129, 0, 0}, 2), Side::kResponse).cls == OperationClass::kRead);
  CHECK(talk.one(response({0xc0, 129, 0, 0}, 1), Side::kResponse).cls == OperationClass::kControl);
}

TEST_CASE("dnp3: evasion: a second first segment begins anew", "[wire][dnp3]") {
  Talk talk;
  talk.frame(segment(0x40, Bytes{0xc0, 1} + kHarmless));
  talk.frame(segment(0x41, Bytes{0xc0, 5}));
  const Told told = talk.one(segment(0x82, command(5)));
  CHECK(told.cls == OperationClass::kControl);
  CHECK(points_of(told) == Points{"12:1 control 5-5"});
  // One that is whole forgets the unfinished one too.
  talk.frame(segment(0x40, Bytes{0xc0, 1}));
  CHECK(talk.one(segment(0xc1, {0xc0, 13})).name == "cold_restart");
  CHECK(talk.frame(segment(0x81, kHarmless)).kind == FaultKind::kBadSequence);
}

TEST_CASE("dnp3: evasion: counts that expand to more than there is", "[wire][dnp3]") {
  for (const uint8_t group : Bytes{1, 12, 30, 110})
    for (const uint8_t variation : Bytes{1, 2}) {
      const Bytes all{group, variation, 2, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0};
      CHECK(fault_of(Bytes{0xc0, 2} + all).kind == FaultKind::kTruncated);
      const Bytes many{group, variation, 9, 255, 255, 255, 255, 0, 0, 0, 0};
      CHECK(fault_of(Bytes{0xc0, 2} + many).kind == FaultKind::kTruncated);
    }
}

TEST_CASE("dnp3: evasion: requests of whoever did not open the connection", "[wire][dnp3]") {
  const Told told = Talk{}.one(request(Bytes{0xc0, 5} + command(5)), Side::kResponse);
  CHECK(told.direction == Direction::kRequest);
  CHECK(told.unit == kOutstation);
  CHECK(told.cls == OperationClass::kControl);
}

TEST_CASE("dnp3: evasion: a command in the second frame of a datagram", "[wire][dnp3]") {
  Talk talk;
  const Bytes two = request(Bytes{0xc0, 1} + kHarmless) + request(Bytes{0xc1, 5} + command(5));
  CHECK(talk.connection.datagram(Side::kRequest, two, *talk.keeper).kind == FaultKind::kNone);
  REQUIRE(talk.told() == 2);
  CHECK(talk.keeper->all[1].cls == OperationClass::kControl);
}

TEST_CASE("dnp3: evasion: a DIR bit that contradicts the function", "[wire][dnp3]") {
  const Told restart = Talk{}.one(link_frame(kFromOutstation, 1, 2, {0xc0, 0xc0, 13}));
  CHECK(restart.name == "cold_restart");
  CHECK(restart.direction == Direction::kRequest);
  CHECK(restart.unit == 1);
  CHECK(restart.cls == OperationClass::kUnspecified);
  const Told forged = Talk{}.one(link_frame(kFromMaster, 1, 2, {0xc0, 0xc0, 129, 0, 0}));
  CHECK(forged.direction == Direction::kResponse);
  CHECK(forged.cls == OperationClass::kUnspecified);
}

TEST_CASE("dnp3: evasion: a command in a confirmation or an authentication", "[wire][dnp3]") {
  for (const uint8_t function : Bytes{0, 32, 33})
    CHECK(told_of(Bytes{0xc0, function} + command(5)).cls == OperationClass::kUnspecified);
}

TEST_CASE("dnp3: evasion: an operate that names only authentication", "[wire][dnp3]") {
  CHECK(told_of({0xc0, 4, 120, 3, 7, 1, 9, 0, 0, 0, 1, 0}).cls == OperationClass::kControl);
}

TEST_CASE("dnp3: evasion: more points than an operation holds", "[wire][dnp3]") {
  Talk talk;
  Bytes whole{0xc0, 1, 1, 2, 0x28, low(1020), high(1020)};
  for (unsigned i = 0; i < 1020; ++i) whole = whole + Bytes{low(2 * i), high(2 * i)};
  const auto part = [&](size_t n) {
    const auto from = whole.begin() + static_cast<ptrdiff_t>(n * 249);
    const auto left = static_cast<size_t>(whole.end() - from);
    return Bytes(from, from + static_cast<ptrdiff_t>(std::min<size_t>(249, left)));
  };
  for (unsigned n = 0; n < 8; ++n)
    talk.frame(segment(static_cast<uint8_t>(n == 0 ? 0x40 : n), part(n)));
  const Told told = talk.one(segment(0x88, part(8)));
  CHECK(told.points.size() == 1020);
  CHECK_FALSE(told.clipped);
}
