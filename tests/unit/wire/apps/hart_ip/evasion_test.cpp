// SPDX-License-Identifier: Apache-2.0
// Commands that hide in others, and messages that devices and gateways might take in two ways.
#include "hart_talk.h"

using namespace bulkhead::test::hart;
using namespace bulkhead::wire;

namespace {

// What command 77 carries: card, channel, preambles, then a frame without its check byte.
Bytes relayed(const Bytes& frame) {
  return Bytes{1, 2, 5} + Bytes(frame.begin(), frame.end() - 1);
}

}  // namespace

TEST_CASE("evasion: a write inside the extended command is that write", "[hart_ip][evasion]") {
  Talk talk;
  CHECK(talk.says(request(31, Bytes{0, 34} + kHalf)) ==
        "request write write_primary_variable_damping_value 246 = 0.5");
  CHECK(talk.says(request(31, {2, 27, 1, 2})) == "request program write_hart_ip_udp_port 0-255");
  CHECK(talk.says(request(31, {0, 31, 0, 34})) == "bad_function at 16");
  CHECK(talk.says(request(31, {2})) == "bad_length at 16");
  CHECK(talk.answers(answer(31, {16, 0, 2, 27})) ==
        "response program write_hart_ip_udp_port refused 16");
}

TEST_CASE("evasion: a write to a sub-device is an operation of its own", "[hart_ip][evasion]") {
  Talk talk;
  CHECK(talk.says(request(77, relayed(request_frame(34, kHalf)))) ==
        "request session send_command_to_sub_device 0-255; "
        "request write write_primary_variable_damping_value 246 = 0.5");
  // Which device has a polling address behind a channel is not known.
  CHECK(talk.says(request(77, relayed(request_frame(42, {}, {0x80})))) ==
        "request session send_command_to_sub_device 0-255; "
        "request program perform_device_reset 0:0-274877906943:255");
  CHECK(talk.says(request(77, relayed(request_frame(34, kHalf)) + Bytes{0})) ==
        "request session send_command_to_sub_device 0-255; bad_length at 31");
}

TEST_CASE("evasion: every aggregated command is an operation of its own", "[hart_ip][evasion]") {
  Talk talk;
  CHECK(talk.says(request(78, Bytes{2, 0, 1, 0, 0, 34, 4} + kHalf)) ==
        "request session read_aggregated_commands 0-255; request read read_primary_variable 246; "
        "request write write_primary_variable_damping_value 246 = 0.5");
  CHECK(talk.says(request(78, Bytes{1, 0, 1, 0, 0, 34, 4} + kHalf)) ==
        "request session read_aggregated_commands 0-255; request read read_primary_variable 246; "
        "bad_length at 20");
}

TEST_CASE("evasion: commands inside commands end somewhere", "[hart_ip][evasion]") {
  Talk talk;
  Bytes data = {1, 0, 1, 0};
  for (int i = 0; i < 3; ++i) data = Bytes{1, 0, 78, static_cast<uint8_t>(data.size())} + data;
  CHECK(talk.says(request(78, data)).find("too_deep at ") != std::string::npos);
}

TEST_CASE("evasion: the side that sends decides what may be a request", "[hart_ip][evasion]") {
  Talk talk;
  const Bytes write = request_frame(34, kHalf);
  CHECK(talk.says(message(1, 3, write)) == "bad_state at 1");
  CHECK(talk.says(message(2, 3, write)) == "bad_state at 1");
  CHECK(talk.says(message(15, 3, write)) == "bad_state at 1");
  CHECK(talk.answers(message(0, 3, write)) == "bad_state at 1");
  CHECK(talk.says(message(4, 3, write)) == "bad_type at 1");
  CHECK(talk.says(message(0, 3, checked({0x86, 0xb9, 0xfd, 0x95, 0x26, 0x6f, 34, 0}))) ==
        "bad_type at 8");
}

TEST_CASE("evasion: the check byte is verified", "[hart_ip][evasion]") {
  Talk talk;
  const Bytes good = request(34, kHalf);
  for (size_t i = 9; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= 1;
    CHECK(talk.says(bad).find(" at ") != std::string::npos);
  }
}

TEST_CASE("evasion: byte count, message length and what is there agree", "[hart_ip][evasion]") {
  Talk talk;
  CHECK(talk.says(message(0, 3, checked({0x82, 0xb9, 0xfd, 0x95, 0x26, 0x6f, 34, 5, 1}))) ==
        "bad_length at 16");
  CHECK(talk.says(message(0, 3, request_frame(1) + Bytes{0})) == "bad_length at 17");
  CHECK(talk.says(message(0, 0, {1, 0, 0, 0})) == "bad_length at 8");
  CHECK(talk.says(message(0, 2, {0})) == "bad_length at 8");
  CHECK(talk.answers(answer(34, {7})) == "bad_length at 17");
}

TEST_CASE("evasion: preambles in front of a frame are no frame", "[hart_ip][evasion]") {
  Talk talk;
  CHECK(talk.says(message(0, 3, Bytes{0xff, 0xff} + request_frame(34, kHalf))) == "bad_type at 8");
}

TEST_CASE("evasion: expansion octets move the command", "[hart_ip][evasion]") {
  Talk talk;
  const Bytes frame = checked(Bytes{0xa2} + kDevice + Bytes{1, 34, 4} + kHalf);
  CHECK(talk.says(message(0, 3, frame)) ==
        "request write write_primary_variable_damping_value 246 = 0.5");
}

TEST_CASE("hart_ip: framing is by a header of version 1 or 2 and its length", "[hart_ip]") {
  const hart_ip::Connection connection;
  const Bytes whole = request(1);
  for (size_t n = 0; n < 8; ++n)
    CHECK(connection.frame_size(Side::kRequest, Bytes(whole.begin(), whole.begin() + int(n)))
              .need_more());
  CHECK(*connection.frame_size(Side::kRequest, whole + whole) == whole.size());
  CHECK(connection.frame_size(Side::kRequest, Bytes{0x16}).fault() ==
        Fault{FaultKind::kBadVersion, 0});
  CHECK(connection.frame_size(Side::kRequest, Bytes{1, 0, 3, 0, 0, 0, 0, 7}).fault() ==
        Fault{FaultKind::kBadLength, 6});
  CHECK(connection.frame_size(Side::kRequest, Bytes{1, 0, 3, 0, 0, 0, 0x10, 1}).fault() ==
        Fault{FaultKind::kTooLong, 6});
}

TEST_CASE("evasion: a second message behind the first in a datagram is a fault",
          "[hart_ip][evasion]") {
  Talk talk;
  const Bytes two = request(1) + request(34, kHalf);
  CHECK(talk.connection.datagram(Side::kRequest, two, talk) == Fault{FaultKind::kBadLength, 6});
  CHECK(talk.connection.datagram(Side::kRequest, request(1), talk) == Fault{});
}

TEST_CASE("hart_ip: a connection is recognised by its initiation alone", "[hart_ip]") {
  CHECK(hart_ip::Connection::recognises(message(0, 0, {1, 0, 0, 0, 1})));
  CHECK_FALSE(hart_ip::Connection::recognises(message(1, 0, {1, 0, 0, 0, 1})));
  CHECK_FALSE(hart_ip::Connection::recognises(message(0, 0, {1})));
  CHECK_FALSE(hart_ip::Connection::recognises(request(1)));
  CHECK_FALSE(hart_ip::Connection::recognises(Bytes{1, 0, 0, 0}));
}
