// SPDX-License-Identifier: Apache-2.0
// Segments become fragments.
#include "builder.h"

using namespace bulkhead::test::dnp3;
using bulkhead::wire::Fault;
using bulkhead::wire::FaultKind;

namespace {

constexpr uint8_t kFirst = 0x40, kFinal = 0x80;

Bytes segment(uint8_t octet, const Bytes& data, uint16_t from = kMaster) {
  return link_frame(kFromMaster, kOutstation, from, Bytes{octet} + data);
}
// A read of 0-9 of object 30:2, in two halves.
const Bytes kHead{0xc5, 1, 30};
const Bytes kTail{2, 0, 0, 9};

}  // namespace

TEST_CASE("dnp3: a fragment in segments, is told once, with the last", "[wire][dnp3]") {
  Talk talk;
  CHECK_FALSE(talk.connection.pending(Side::kRequest));
  CHECK(talk.frame(segment(kFirst | 63, kHead)).kind == FaultKind::kNone);
  CHECK(talk.told() == 0);
  CHECK(talk.connection.pending(Side::kRequest));
  CHECK_FALSE(talk.connection.pending(Side::kResponse));
  const Told told = talk.one(segment(kFinal | 0, kTail));  // 63 is followed by 0
  CHECK(points_of(told) == Points{"30:2 read 0-9"});
  CHECK_FALSE(talk.connection.pending(Side::kRequest));
}

TEST_CASE("dnp3: a segment that continues nothing, is a fault", "[wire][dnp3]") {
  Talk talk;
  CHECK(talk.frame(segment(kFinal | 1, kTail)) == Fault{FaultKind::kBadSequence, 10});
  CHECK(talk.frame(segment(1, kTail)) == Fault{FaultKind::kBadSequence, 10});
  CHECK_FALSE(talk.connection.pending(Side::kRequest));
}

TEST_CASE("dnp3: a gap or repetition in the segments, drops what was held", "[wire][dnp3]") {
  for (const uint8_t wrong : Bytes{1, 3, 63}) {
    Talk talk;
    CHECK(talk.frame(segment(kFirst | 1, kHead)).kind == FaultKind::kNone);
    CHECK(talk.frame(segment(wrong, {})) == Fault{FaultKind::kBadSequence, 10});
    CHECK_FALSE(talk.connection.pending(Side::kRequest));
    CHECK(talk.frame(segment(kFinal | 2, kTail)).kind == FaultKind::kBadSequence);
    CHECK(talk.told() == 0);
  }
}

TEST_CASE("dnp3: fragments, may have 2048 bytes and no more", "[wire][dnp3]") {
  // A write of octet strings of one byte: header, then as many as fit.
  const auto send = [](Talk& talk, size_t size) {
    Bytes whole{0xc0,
                2,
                110,
                1,
                8,
                low(static_cast<unsigned>(size - 7)),
                high(static_cast<unsigned>(size - 7))};
    whole.resize(size, 'x');
    Fault fault;
    for (size_t at = 0, n = 0; at < size && fault.kind == FaultKind::kNone; at += 249, ++n) {
      const size_t end = std::min(at + 249, size);
      const Bytes part(whole.begin() + static_cast<ptrdiff_t>(at),
                       whole.begin() + static_cast<ptrdiff_t>(end));
      const unsigned ends = (at == 0 ? kFirst : 0u) | (end == size ? kFinal : 0u);
      fault = talk.frame(segment(static_cast<uint8_t>(ends | n), part));
    }
    return fault;
  };
  Talk fits;
  CHECK(send(fits, 2048).kind == FaultKind::kNone);
  REQUIRE(fits.told() == 1);
  CHECK(fits.keeper->all[0].clipped);  // 2041 values
  Talk exceeds;
  CHECK(send(exceeds, 2049) == Fault{FaultKind::kTooLong, 10});
  CHECK(exceeds.told() == 0);
  CHECK_FALSE(exceeds.connection.pending(Side::kRequest));
}

TEST_CASE("dnp3: of more unfinished fragments than places, the oldest is dropped", "[wire][dnp3]") {
  Talk talk;
  for (uint16_t from = 1; from <= 5; ++from)
    CHECK(talk.frame(segment(kFirst, kHead, from)).kind == FaultKind::kNone);
  CHECK(talk.frame(segment(kFinal | 1, kTail, 1)).kind == FaultKind::kBadSequence);
  for (uint16_t from = 2; from <= 5; ++from)
    CHECK(talk.one(segment(kFinal | 1, kTail, from)).from_unit == from);
  for (const uint16_t from : std::vector<uint16_t>{1, 2, 3, 4, 1, 5})  // 1 began anew after 2
    talk.frame(segment(kFirst, kHead, from));
  CHECK(talk.frame(segment(kFinal | 1, kTail, 2)).kind == FaultKind::kBadSequence);
  CHECK(talk.one(segment(kFinal | 1, kTail, 1)).from_unit == 1);
}

TEST_CASE("dnp3: a fault in a fragment, is told where it lies in the last frame", "[wire][dnp3]") {
  Talk talk;
  CHECK(talk.frame(segment(kFirst, kHead)).kind == FaultKind::kNone);
  const Bytes sixteen(16, 0);
  // Behind the tail come 20 bytes that are no header: qualifier 0xff at their third.
  const Bytes junk{30, 2, 0xff};
  CHECK(talk.frame(segment(kFinal | 1, kTail + junk)) == Fault{FaultKind::kBadType, 10 + 1 + 6});
  // In a frame of its own, past the first checksum.
  const Bytes reads{30, 2, 0, 0, 9, 30, 2, 0, 11, 12, 30, 2, 0, 14, 15};
  const Fault fault = fault_of(Bytes{0xc0, 1} + reads + junk);
  CHECK(fault == Fault{FaultKind::kBadType, 10 + (1 + 2 + 15 + 2) + 2});
  // In an earlier frame: at the transport octet.
  CHECK(talk.frame(segment(kFirst, Bytes{0xc0, 1} + junk)).kind == FaultKind::kNone);
  CHECK(talk.frame(segment(kFinal | 1, {0})) == Fault{FaultKind::kBadType, 10});
}
