// SPDX-License-Identifier: Apache-2.0
// SELECT and OPERATE: does an OPERATE follow the SELECT of the very same objects?
#include "builder.h"

using namespace bulkhead::test::dnp3;

namespace {

// Says whether the last of the requests is an OPERATE that a SELECT allows.
struct Selecting : Talk {
  bool after(uint8_t control, uint8_t function, const Bytes& objects, uint16_t to = kOutstation,
             uint16_t from = kMaster) {
    const Told told = one(request(Bytes{control, function} + objects, to, from));
    CHECK(told.out_of_turn == (function == 4 && !connection.operates_selected()));
    return connection.operates_selected();
  }
};

}  // namespace

TEST_CASE("dnp3: an operate, follows a select of the same with the number before", "[wire][dnp3]") {
  Selecting talk;
  CHECK_FALSE(talk.after(0xcf, 3, command(5)));
  CHECK(talk.after(0xc0, 4, command(5)));
  CHECK_FALSE(talk.after(0xc1, 4, command(5)));  // once
}

TEST_CASE("dnp3: an operate without its select, is none that was selected", "[wire][dnp3]") {
  Selecting never;
  CHECK_FALSE(never.after(0xc2, 4, command(5)));
  Selecting other_point;
  other_point.after(0xc1, 3, command(5));
  CHECK_FALSE(other_point.after(0xc2, 4, command(6)));
  Selecting other_code;
  other_code.after(0xc1, 3, command(5, 3));
  CHECK_FALSE(other_code.after(0xc2, 4, command(5, 4)));
  Selecting more;
  more.after(0xc1, 3, command(5));
  CHECK_FALSE(more.after(0xc2, 4, command(5) + command(6)));
  Selecting gap;
  gap.after(0xc1, 3, command(5));
  CHECK_FALSE(gap.after(0xc3, 4, command(5)));
}

TEST_CASE("dnp3: a request between select and operate, ends the selection", "[wire][dnp3]") {
  Selecting talk;
  talk.after(0xc1, 3, command(5));
  talk.after(0xc1, 1, {60, 1, 6});
  CHECK_FALSE(talk.after(0xc2, 4, command(5)));
  talk.after(0xc1, 3, command(5));
  talk.one(response(Bytes{0xc1, 129, 0, 0} + command(5)), Side::kResponse);
  talk.after(0xd7, 0, {});  // confirming a report is no request
  CHECK(talk.after(0xc2, 4, command(5)));
}

TEST_CASE("dnp3: a selection, holds between one master and one outstation", "[wire][dnp3]") {
  Selecting talk;
  talk.after(0xc1, 3, command(5), 1, 3);
  CHECK_FALSE(talk.after(0xc2, 4, command(5), 2, 3));
  CHECK_FALSE(talk.after(0xc2, 4, command(5), 1, 4));
  CHECK(talk.after(0xc2, 4, command(5), 1, 3));
}

TEST_CASE("dnp3: authentication around a command, is no part of it", "[wire][dnp3]") {
  const Bytes before{120, 3, 7, 1}, after{120, 9, 0x5b, 1, 2, 0};
  Selecting talk;
  talk.after(0xc1, 3, before + Bytes{1, 0, 0, 0, 1, 0} + command(5) + after + Bytes{0xaa, 0xbb});
  CHECK(talk.after(0xc2, 4,
                   before + Bytes{2, 0, 0, 0, 1, 0} + command(5) + after + Bytes{0xcc, 0xdd}));
}

TEST_CASE("dnp3: of more pairs of stations than places, the first is forgotten", "[wire][dnp3]") {
  Selecting talk;
  for (uint16_t to = 1; to <= 9; ++to) talk.after(0xc1, 3, command(5), to);
  CHECK_FALSE(talk.after(0xc2, 4, command(5), 1));
  CHECK(talk.after(0xc2, 4, command(5), 9));
}
