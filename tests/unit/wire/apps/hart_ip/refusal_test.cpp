// SPDX-License-Identifier: Apache-2.0
// Refusals in the device's words, octet by octet.
#include <array>

#include "hart_talk.h"

using namespace bulkhead::test::hart;
using namespace bulkhead::wire;

namespace {

Bytes refusal(const Bytes& asked, Side side = Side::kRequest, size_t room = 256) {
  hart_ip::Connection connection;
  const Operation& none = Talk{}.operation;
  Bytes out(room, 0xee);
  const size_t size = connection.refuse(side, asked, none, out);
  REQUIRE(size <= room);
  out.resize(size);
  return out;
}

}  // namespace

TEST_CASE("hart_ip: a refused command is answered with access restricted", "[hart_ip][refuse]") {
  const Bytes frame = {0x86, 0xb9, 0xfd, 0x95, 0x26, 0x6f, 34, 2, 16, 0};
  CHECK(refusal(request(34, kHalf)) == Bytes{1, 1, 3, 0, 0, 7, 0, 19} + checked(frame));
  CHECK(refusal(request(0, {}, {0x85})) ==
        Bytes{1, 1, 3, 0, 0, 7, 0, 15} + checked({0x06, 0x85, 0, 2, 16, 0}));
}

TEST_CASE("hart_ip: the refusal of an extended command repeats its number", "[hart_ip][refuse]") {
  const Bytes frame = {0x86, 0xb9, 0xfd, 0x95, 0x26, 0x6f, 31, 4, 16, 0, 2, 27};
  CHECK(refusal(request(31, {2, 27, 1, 2})) == Bytes{1, 1, 3, 0, 0, 7, 0, 21} + checked(frame));
}

TEST_CASE("hart_ip: each command of a direct PDU is refused", "[hart_ip][refuse]") {
  CHECK(refusal(message(0, 4, Bytes{0, 0, 0, 1, 0, 0, 34, 4} + kHalf)) ==
        Bytes{1, 1, 4, 0, 0, 7, 0, 18} + Bytes{0, 0, 0, 1, 1, 16, 0, 34, 1, 16});
}

TEST_CASE("hart_ip: session messages are refused by the status of the header",
          "[hart_ip][refuse]") {
  CHECK(refusal(message(0, 0, {1, 0, 9, 0x27, 0xc0})) ==
        Bytes{1, 1, 0, 16, 0, 7, 0, 13, 1, 0, 9, 0x27, 0xc0});
  CHECK(refusal(message(0, 2)) == Bytes{1, 1, 2, 16, 0, 7, 0, 8});
  CHECK(refusal(message(0, 5, {0, 0})) == Bytes{1, 1, 5, 16, 0, 7, 0, 8});
}

TEST_CASE("hart_ip: our refusals are refusals to us", "[hart_ip][refuse]") {
  Talk talk;
  CHECK(talk.answers(refusal(request(34, kHalf))) ==
        "response write write_primary_variable_damping_value refused 16");
  CHECK(talk.answers(refusal(request(31, {2, 27, 1, 2}))) ==
        "response program write_hart_ip_udp_port refused 16");
  CHECK(talk.answers(refusal(message(0, 4, {0, 0, 0, 42, 0}))) ==
        "response program perform_device_reset refused 16");
  CHECK(talk.answers(refusal(message(0, 2))) == "response session keep_alive refused 16");
}

TEST_CASE("hart_ip: what is no request, or not whole, or has no room, has no words",
          "[hart_ip][refuse]") {
  CHECK(refusal(request(34, kHalf), Side::kResponse).empty());
  CHECK(refusal(answer(34, {0, 0})).empty());
  CHECK(refusal(answer(9, {0, 0}, 0x81)).empty());
  CHECK(refusal(message(0, 200)).empty());
  CHECK(refusal(request(34, kHalf) + Bytes{0}).empty());
  CHECK(refusal({1, 0, 3}).empty());
  Bytes damaged = request(34, kHalf);
  damaged.back() ^= 1;
  CHECK(refusal(damaged).empty());
  for (size_t room = 0; room < 19; ++room)
    CHECK(refusal(request(34, kHalf), Side::kRequest, room).empty());
  CHECK(refusal(request(34, kHalf), Side::kRequest, 19).size() == 19);
}
