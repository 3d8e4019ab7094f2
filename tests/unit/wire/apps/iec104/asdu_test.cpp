// SPDX-License-Identifier: Apache-2.0
#include "talk.h"

using namespace bulkhead;
using namespace bulkhead::test::iec104;

namespace {

std::string said(const Bytes& content, Side side = Side::kRequest) {
  Talk talk;
  return talk.says(i_frame(content), side);
}

}  // namespace

TEST_CASE("iec104: a command names its object, value and qualifier", "[wire][iec104]") {
  CHECK(said(asdu(45, 1, 6, object(100, {0x81}))) == "request c_sc_na_1 10: 100#129 =129");
  CHECK(said(asdu(48, 1, 6, object(70000, {0xff, 0xff, 0x80}))) ==
        "request c_se_na_1 10: 70000#128 =-1");
  CHECK(said(asdu(50, 1, 6, object(7, {0, 0, 0xa0, 0x41, 0}))) == "request c_se_nc_1 10: 7 =20");
}

TEST_CASE("iec104: a confirmation is a response, a negative one a refusal", "[wire][iec104]") {
  const Bytes command = object(100, {1});
  CHECK(said(asdu(45, 1, 7, command), Side::kResponse) == "response c_sc_na_1 10: 100#1 =1");
  CHECK(said(asdu(45, 1, 0x47, command), Side::kResponse) ==
        "response c_sc_na_1 10: 100#1 =1 refused 7");
  CHECK(said(asdu(45, 1, 47, command), Side::kResponse) ==
        "response c_sc_na_1 10: 100#1 =1 refused 47");
}

TEST_CASE("iec104: a value that was read answers its read", "[wire][iec104]") {
  Talk talk;
  talk.says(i_frame(asdu(102, 1, 5, object(33))));
  const uint64_t asked = talk.operation.request_id;
  CHECK(talk.says(i_frame(asdu(1, 1, 5, object(33, {1}))), Side::kResponse) ==
        "response m_sp_na_1 10: 33 =1");
  CHECK(talk.operation.request_id == asked);
}

TEST_CASE("iec104: an activation with P/N set is a request that refuses nothing",
          "[wire][iec104]") {
  Talk talk;
  CHECK(talk.says(i_frame(asdu(45, 1, 0x46, object(100, {1})))) ==
        "request c_sc_na_1 10: 100#1 =1");
  CHECK(talk.operation.exception_code == 0);
}

TEST_CASE("iec104: a step position is seven bits and a flag, and no number", "[wire][iec104]") {
  CHECK(said(asdu(5, 1, 3, object(5, {0x7f, 0}))) == "unsolicited m_st_na_1 10: 5");
}

TEST_CASE("iec104: a confirmation has the request id of its command", "[wire][iec104]") {
  Talk talk;
  talk.says(i_frame(asdu(45, 1, 6, object(100, {1}))));
  const uint64_t asked = talk.operation.request_id;
  talk.says(i_frame(asdu(45, 1, 7, object(100, {1}))), Side::kResponse);
  CHECK(talk.operation.request_id == asked);
  talk.says(i_frame(asdu(45, 1, 7, object(101, {1}))), Side::kResponse);
  CHECK(talk.operation.request_id != asked);
}

TEST_CASE("iec104: reports and interrogated values are unsolicited", "[wire][iec104]") {
  const Bytes value = object(5, {1});
  CHECK(said(asdu(1, 1, 3, value), Side::kResponse) == "unsolicited m_sp_na_1 10: 5 =1");
  CHECK(said(asdu(1, 1, 20, value), Side::kResponse) == "unsolicited m_sp_na_1 10: 5 =1");
}

TEST_CASE("iec104: every object is told; consecutive ones are one range", "[wire][iec104]") {
  CHECK(said(asdu(1, 3, 3, object(5, {1}) + object(6, {0}) + object(9, {1}))) ==
        "unsolicited m_sp_na_1 10: 5-6 9 =1 =0 =1");
}

TEST_CASE("evasion: SQ=1 gives one address to many elements, of the size without address",
          "[wire][iec104]") {
  CHECK(said(asdu(1, 0x83, 3, object(5, {1, 0, 1}))) == "unsolicited m_sp_na_1 10: 5-7 =1 =0 =1");
  CHECK(said(asdu(13, 0x82, 3, object(5, {0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0x40, 0}))) ==
        "unsolicited m_me_nc_1 10: 5-6 =1 =2");
  // As objects with addresses the same bytes are of another length.
  CHECK(said(asdu(1, 3, 3, object(5, {1, 0, 1}))) == "bad_length at 16");
  CHECK(said(asdu(45, 0x82, 6, object(0xff'ffff, {1, 1}))) == "bad_address at 16");
}

TEST_CASE("evasion: no object at all, or bytes behind the last, are faults", "[wire][iec104]") {
  CHECK(said(asdu(45, 0, 6, {})) == "bad_count at 7");
  CHECK(said(asdu(45, 1, 6, object(1, {1, 1}))) == "bad_length at 16");
  CHECK(said(asdu(45, 1, 6, object(1))) == "bad_length at 12");
  CHECK(said(asdu(45, 2, 6, object(1, {1}))) == "bad_length at 16");
  CHECK(said({45, 1, 6}) == "truncated at 6");
}

TEST_CASE("evasion: a type that is private or reserved is of no class", "[wire][iec104]") {
  Talk talk;
  CHECK(talk.says(i_frame(asdu(200, 1, 6, {1, 2, 3, 4}))) == "request unknown 10:");
  CHECK(talk.operation.cls == wire::OperationClass::kUnspecified);
}

TEST_CASE("iec104: a file segment is as long as it says", "[wire][iec104]") {
  CHECK(said(asdu(125, 1, 13, object(0, {1, 0, 1, 3, 'a', 'b', 'c'}))) ==
        "request f_sg_na_1 10: 0");
  CHECK(said(asdu(125, 1, 13, object(0, {1, 0, 1, 4, 'a', 'b', 'c'}))) == "bad_length at 12");
}

TEST_CASE("iec104: a read has an object and no element", "[wire][iec104]") {
  CHECK(said(asdu(102, 1, 5, object(33))) == "request c_rd_na_1 10: 33");
}
