// SPDX-License-Identifier: Apache-2.0
// HART commands: which variables of which device, with which values; and session messages.
#include "hart_talk.h"

using namespace bulkhead::test::hart;
using namespace bulkhead::wire;

TEST_CASE("hart_ip: session messages are told with their outcome", "[hart_ip]") {
  Talk talk;
  const Bytes body = {1, 0, 9, 0x27, 0xc0};
  CHECK(talk.says(message(0, 0, body)) == "request session session_initiate");
  CHECK(talk.answers(message(1, 0, body)) == "response session session_initiate");
  CHECK(talk.answers(message(1, 0, body, 8)) == "response session session_initiate");
  CHECK(talk.answers(message(1, 0, {}, 15)) == "response session session_initiate refused 15");
  CHECK(talk.says(message(0, 2)) == "request session keep_alive");
  CHECK(talk.says(message(0, 1)) == "request session session_close");
  CHECK(talk.answers(message(15, 1, {9}, 9)) == "response session session_close refused 9");
  CHECK(talk.says(message(0, 5, {0, 0})) == "request read read_audit_log");
  CHECK(talk.says(message(0, 200)) == "request unspecified unknown");
}

TEST_CASE("hart_ip: a read names its variables, and its answer has their values", "[hart_ip]") {
  Talk talk;
  CHECK(talk.says(request(1)) == "request read read_primary_variable 246");
  CHECK(talk.answers(answer(1, Bytes{0, 0, 32} + kHalf)) ==
        "response read read_primary_variable 246 = 0.5");
  CHECK(talk.says(request(2)) == "request read read_loop_current_and_percent_of_range 244-245");
  CHECK(talk.answers(answer(2, Bytes{0, 0} + kHalf + kHalf)) ==
        "response read read_loop_current_and_percent_of_range 245 = 0.5 244 = 0.5");
  CHECK(talk.says(request(3)) == "request read read_dynamic_variables_and_loop_current 245-249");
  CHECK(talk.answers(answer(3, Bytes{0, 0} + kHalf + Bytes{32} + kHalf + Bytes{39} + kHalf)) ==
        "response read read_dynamic_variables_and_loop_current 245 = 0.5 246 = 0.5 247 = 0.5");
  CHECK(talk.says(request(9, {0, 246})) == "request read read_device_variables_with_status 0 246");
  CHECK(talk.answers(answer(33, Bytes{0, 0, 4, 32} + kHalf)) ==
        "response read read_device_variables 4 = 0.5");
}

TEST_CASE("hart_ip: a burst message is a report of its slots", "[hart_ip]") {
  Talk talk;
  const Bytes slots = Bytes{0, 0, 0, 246, 64, 32} + kHalf + Bytes{0xc0} + Bytes{5, 64, 32} + kHalf +
                      Bytes{0xc0} + Bytes{1, 2, 3, 4};
  CHECK(talk.answers(answer(9, slots, 0x81)) ==
        "unsolicited read read_device_variables_with_status 246 = 0.5 5 = 0.5");
  CHECK(talk.answers(answer(48, {0, 0, 1}, 0x81)) ==
        "unsolicited read read_additional_device_status 0-255");
}

TEST_CASE("hart_ip: a write names variable and value", "[hart_ip]") {
  Talk talk;
  CHECK(talk.says(request(34, kHalf)) ==
        "request write write_primary_variable_damping_value 246 = 0.5");
  CHECK(talk.says(request(35, Bytes{39} + kHalf + kHalf)) ==
        "request write write_primary_variable_range_values 246 = 0.5 = 0.5");
  CHECK(talk.says(request(79, Bytes{3, 1, 39} + kHalf + Bytes{0})) ==
        "request write write_device_variable 3 = 0.5");
  CHECK(talk.says(request(53, {7, 39})) == "request write write_device_variable_units 7");
  CHECK(talk.says(request(6, {1, 1})) == "request write write_polling_address 0-255");
  CHECK(talk.says(request(40, kHalf)) == "request program enter_exit_fixed_current_mode 245 = 0.5");
  CHECK(talk.says(request(42)) == "request program perform_device_reset 0-255");
  CHECK(talk.says(request(130, {1})) == "request unspecified unknown 0-255");
}

TEST_CASE("hart_ip: response codes are refusals but for success and warnings", "[hart_ip]") {
  Talk talk;
  CHECK(talk.answers(answer(34, {7, 0})) ==
        "response write write_primary_variable_damping_value refused 7");
  CHECK(talk.answers(answer(34, Bytes{8, 0} + kHalf)) ==
        "response write write_primary_variable_damping_value");
  CHECK(talk.answers(answer(1, {64, 0})) == "response read read_primary_variable refused 64");
  CHECK(talk.answers(answer(1, {0x88, 0})) == "response read read_primary_variable refused 136");
}

TEST_CASE("hart_ip: a polling address is a unit, a unique address is none", "[hart_ip]") {
  Talk talk;
  CHECK(talk.says(request(0, {}, {0x85})) == "request read read_unique_identifier 5:0-5:255");
  CHECK(talk.operation.unit == 5);
  CHECK(talk.says(request(0)) == "request read read_unique_identifier 0-255");
  CHECK(talk.operation.unit == hart_ip::kNoUnit);
  CHECK(talk.operation.request_id == (7 | 3u << 16));
}

TEST_CASE("hart_ip: devices that share the low 32 bits of their addresses are told apart",
          "[hart_ip][evasion]") {
  Talk talk;
  (void)talk.says(request(42));
  const uint64_t one = talk.operation.points[0].first;
  (void)talk.says(request(42, {}, {0xba, 0xfd, 0x95, 0x26, 0x6f}));
  CHECK(talk.operation.points[0].first != one);
  (void)talk.says(request(42, {}, {0x39, 0xfd, 0x95, 0x26, 0x6f}));  // the secondary master
  CHECK(talk.operation.points[0].first == one);
}

TEST_CASE("hart_ip: a broadcast is for every device", "[hart_ip][evasion]") {
  Talk talk;
  (void)talk.says(request(35, Bytes{39} + kHalf + kHalf, {0x80, 0, 0, 0, 0}));
  CHECK(talk.operation.points[0].first == 0);
  CHECK(talk.operation.points[0].last == (hart_ip::kLastDevice << 8 | 255));
  CHECK(talk.says(request(42, {}, {0x80, 0, 0, 0, 5})) == "bad_address at 9");
}

TEST_CASE("hart_ip: a direct PDU is an operation for each of its commands", "[hart_ip]") {
  Talk talk;
  const Bytes both = Bytes{0, 0} + Bytes{0, 1, 0} + Bytes{0, 34, 4} + kHalf;
  CHECK(talk.says(message(0, 4, both)) ==
        "request read read_primary_variable 0:246; "
        "request write write_primary_variable_damping_value 0:246 = 0.5");
  CHECK(talk.operation.request_id == (7 | 4u << 16 | 1u << 24));
  CHECK(talk.answers(
            message(1, 4, Bytes{0, 0} + Bytes{0, 1, 6, 0, 32} + kHalf + Bytes{0, 34, 1, 16})) ==
        "response read read_primary_variable 0:246 = 0.5; "
        "response write write_primary_variable_damping_value refused 16");
  CHECK(talk.says(message(0, 4, {0, 0})) == "request session direct_pdu");
  CHECK(talk.says(message(0, 4, {0, 0, 0, 1, 9})) == "bad_length at 13");
}
