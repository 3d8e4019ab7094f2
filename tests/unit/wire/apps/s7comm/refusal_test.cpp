// SPDX-License-Identifier: Apache-2.0
#include "../refusals.h"
#include "pdus.h"

using namespace bulkhead;
using namespace bulkhead::test;
using namespace bulkhead::test::s7;
using Line = test::Refusals<wire::iso::Connection>;

namespace {

const Octets kItem = any(2, 4, 1, 0x84, 0);
constexpr wire::Side kServer = wire::Side::kResponse;

}  // namespace

TEST_CASE("s7comm: a refused read says of each variable that access is not allowed",
          "[wire][s7comm][refusal]") {
  Line talk;
  CHECK(talk.refuse(data_tpdu(job(Octets{4, 2} + kItem + kItem, {}, 0x1234))) ==
        data_tpdu(ack({4, 2}, {3, 0, 0, 0, 3, 0, 0, 0}, 0, 0x1234)));
  CHECK(talk.exception_code == 3);
}

TEST_CASE("s7comm: a refused write says of each variable that access is not allowed",
          "[wire][s7comm][refusal]") {
  Line talk;
  const Octets value = {0, 4, 0, 32, 1, 2, 3, 4};
  CHECK(talk.refuse(data_tpdu(job(Octets{5, 2} + kItem + kItem, value + value))) ==
        data_tpdu(ack({5, 2}, {3, 3})));
}

TEST_CASE("s7comm: of a request over several TPDUs the last one is answered in one",
          "[wire][s7comm][refusal]") {
  Line talk;
  const Octets pdu = job(Octets{4, 1} + kItem);
  const Octets head(pdu.begin(), pdu.begin() + 3), tail(pdu.begin() + 3, pdu.end());
  talk.say(wire::Side::kRequest, data_tpdu(head, false));
  CHECK(talk.refuse(data_tpdu(tail)) == data_tpdu(ack({4, 1}, {3, 0, 0, 0})));
}

TEST_CASE("s7comm: more variables than there is room for are refused as one job",
          "[wire][s7comm][refusal]") {
  Line talk;
  Octets items = {4, 200};
  for (int i = 0; i < 200; ++i) items = items + kItem;
  CHECK(talk.refuse(data_tpdu(job(items))) == data_tpdu(ack({4}, {}, 0xd241)));
}

TEST_CASE("s7comm: starting, stopping and downloading are refused by the protection level",
          "[wire][s7comm][refusal]") {
  Line talk;
  CHECK(talk.refuse(data_tpdu(pi_service({}, "P_PROGRAM"))) == data_tpdu(ack({0x28}, {}, 0xd241)));
  CHECK(talk.exception_code == 0xd241);
  const Octets stop = Octets{0x29, 0, 0, 0, 0, 0, 9} + text("P_PROGRAM");
  CHECK(talk.refuse(data_tpdu(job(stop))) == data_tpdu(ack({0x29}, {}, 0xd241)));
  CHECK(talk.refuse(data_tpdu(job({0xf0, 0, 0, 1, 0, 1, 1, 0xe0}))) ==
        data_tpdu(ack({0xf0}, {}, 0xd241)));
}

TEST_CASE("s7comm: a job of the PLC is answered towards the PLC", "[wire][s7comm][refusal]") {
  Line talk;
  CHECK(talk.refuse(data_tpdu(job(Octets{5, 1} + kItem, {0, 4, 0, 32, 1, 2, 3, 4})), kServer) ==
        data_tpdu(ack({5, 1}, {3})));
}

TEST_CASE("s7comm: userdata is refused by a response with the error of the protection level",
          "[wire][s7comm][refusal]") {
  Line talk;
  const Octets answer = talk.refuse(data_tpdu(userdata(4, 4, 1, {0, 0x1c, 0, 0})));
  CHECK(answer == data_tpdu({0x32, 7,    0,    0, 0, 7, 0, 12,   0,    4,    0, 1, 0x12,
                             8,    0x12, 0x84, 1, 0, 0, 0, 0xd2, 0x41, 0x0a, 0, 0, 0}));
  CHECK(talk.name == "read_szl");
}

TEST_CASE("s7comm: answers, pushes and S7comm-plus are refused without a word",
          "[wire][s7comm][refusal]") {
  Line talk;
  CHECK(talk.refuse(data_tpdu(ack({4, 1}, {0xff, 4, 0, 32, 1, 2, 3, 4})), kServer).empty());
  CHECK(talk.refuse(data_tpdu(userdata(0, 4, 3, {1, 2})), kServer).empty());
  CHECK(talk.refuse(data_tpdu({0x72, 0xff, 0, 0})).empty());
}
