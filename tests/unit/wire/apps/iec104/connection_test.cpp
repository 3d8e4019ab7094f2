// SPDX-License-Identifier: Apache-2.0
#include "talk.h"

using namespace bulkhead;
using namespace bulkhead::test::iec104;
using wire::iec104::Connection;

TEST_CASE("iec104: frames are as long as they say, from the second octet on", "[wire][iec104]") {
  const Connection connection;
  CHECK(connection.frame_size(Side::kRequest, {}).need_more());
  CHECK(connection.frame_size(Side::kRequest, Bytes{0x68}).need_more());
  CHECK(*connection.frame_size(Side::kRequest, Bytes{0x68, 14}) == 16);
  CHECK(connection.frame_size(Side::kRequest, Bytes{0x69}).fault() ==
        wire::Fault{wire::FaultKind::kBadMarker, 0});
  CHECK(connection.frame_size(Side::kRequest, Bytes{0x68, 3}).fault() ==
        wire::Fault{wire::FaultKind::kBadLength, 1});
  CHECK(connection.frame_size(Side::kRequest, Bytes{0x68, 254}).faulty());
}

TEST_CASE("iec104: control functions are of class session", "[wire][iec104]") {
  Talk talk;
  CHECK(talk.says(u_frame(0x07)) == "request startdt_act 0:");
  CHECK(talk.operation.cls == wire::OperationClass::kSession);
  CHECK(talk.says(u_frame(0x0b), Side::kResponse) == "response startdt_con 0:");
  CHECK(talk.says(u_frame(0x43)) == "request testfr_act 0:");
  CHECK(talk.says(apdu({1, 0, 2, 0})) == "unsolicited s_frame 0:");
}

TEST_CASE("evasion: a control field of two functions, or of none, is a fault", "[wire][iec104]") {
  Talk talk;
  CHECK(talk.says(u_frame(0x0f)) == "bad_type at 2");
  CHECK(talk.says(u_frame(0x03)) == "bad_type at 2");
  CHECK(talk.says(apdu({0x07, 0, 1, 0})) == "bad_type at 4");
  CHECK(talk.says(apdu({1, 1, 0, 0})) == "bad_type at 2");
  CHECK(talk.says(apdu({1, 0, 1, 0})) == "bad_type at 4");
  CHECK(talk.says(apdu({0x07, 0, 0, 0}, {0})) == "bad_length at 1");
  CHECK(talk.says(apdu({1, 0, 0, 0}, {0})) == "bad_length at 1");
  CHECK(talk.says(apdu({0, 0, 1, 0}, asdu(102, 1, 5, object(1)))) == "bad_type at 4");
}

TEST_CASE(
    "evasion: command before STARTDT is told, and the connection knows that it was not started",
    "[wire][iec104]") {
  Talk talk;
  CHECK(talk.says(i_frame(asdu(45, 1, 6, object(1, {1})))) == "request c_sc_na_1 10: 1#1 =1");
  CHECK_FALSE(talk.connection.started());
  talk.says(u_frame(0x07));
  CHECK_FALSE(talk.connection.started());
  talk.says(u_frame(0x0b), Side::kResponse);
  CHECK(talk.connection.started());
  talk.says(u_frame(0x07));
  CHECK(talk.connection.started());
  talk.says(u_frame(0x13));
  CHECK_FALSE(talk.connection.started());
  talk.says(u_frame(0x23), Side::kResponse);
  CHECK_FALSE(talk.connection.started());
}

TEST_CASE(
    "evasion: a STARTDT con that the opener sends itself, or nobody asked for, starts nothing",
    "[wire][iec104]") {
  Talk talk;
  talk.says(u_frame(0x0b));
  CHECK_FALSE(talk.connection.started());
  talk.says(u_frame(0x0b), Side::kResponse);
  CHECK_FALSE(talk.connection.started());
  talk.says(u_frame(0x07));
  talk.says(u_frame(0x0b));
  CHECK_FALSE(talk.connection.started());
  talk.says(u_frame(0x13));
  talk.says(u_frame(0x0b), Side::kResponse);
  CHECK_FALSE(talk.connection.started());
  talk.says(u_frame(0x07), Side::kResponse);
  talk.says(u_frame(0x0b), Side::kResponse);
  CHECK_FALSE(talk.connection.started());
}

TEST_CASE("iec104: recognised by the STARTDT that opens every connection, and by nothing else",
          "[wire][iec104]") {
  CHECK(Connection::recognises(u_frame(0x07)));
  CHECK(Connection::recognises(u_frame(0x07) + u_frame(0x43)));
  CHECK_FALSE(Connection::recognises(u_frame(0x43)));
  CHECK_FALSE(Connection::recognises(Bytes{0x68, 4, 7}));
}
