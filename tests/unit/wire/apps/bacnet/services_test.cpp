// SPDX-License-Identifier: Apache-2.0
// The services: points, values, priorities; what does not fit their parameters is refused.
#include <catch2/catch.hpp>

#include "bacnet_talk.h"

namespace bulkhead::wire::bacnet::test {
namespace {

std::string asks(uint8_t service, const Bytes& parameters) {
  return said(unicast(confirmed(service, parameters)));
}
std::string reports(uint8_t service, const Bytes& parameters) {
  return said(broadcast(unconfirmed(service, parameters)));
}
std::string acks(uint8_t service, const Bytes& parameters) {
  return said(unicast(ack(service, parameters)));
}
Fault fault(uint8_t service, const Bytes& parameters) {
  return fault_of(unicast(confirmed(service, parameters)));
}
constexpr uint32_t kParametersAt = 10;

const Bytes kDevice = object(8, 4, 0x1c);
const Bytes kStamp = within(3, {0x19, 5});

}  // namespace

TEST_CASE("bacnet: read property, names object and property", "[bacnet]") {
  CHECK(asks(12, object(8, 111) + property(76)) == "request read_property: 8:111/76");
  CHECK(asks(12, object(8, 111) + property(76) + Bytes{0x29, 3}) ==
        "request read_property: 8:111/76");
  CHECK(asks(12, object(0, 4194303) + Bytes{0x1b, 0x3f, 0xff, 0xff}) ==
        "request read_property: 0:4194303/4194303");
  CHECK(acks(12, object(8, 111) + property(76) + within(3, object(8, 1, 0xc4))) ==
        "response read_property: 8:111/76 = bytes(4)");
}

TEST_CASE("bacnet: read property multiple, each property of each object is a point", "[bacnet]") {
  const Bytes two = within(1, property(85, 0x09) + property(28, 0x09));
  CHECK(asks(14, object(0, 1) + two + object(2, 9) + within(1, {0x09, 8})) ==
        "request read_property_multiple: 0:1/85, 0:1/28, 2:9/8");
  CHECK(
      acks(14, object(0, 1) + within(1, property(85, 0x29) + within(4, real(3)) +
                                            property(28, 0x29) + within(5, {0x91, 2, 0x91, 32}))) ==
      "response read_property_multiple: 0:1/85, 0:1/28 = 3");
}

TEST_CASE("bacnet: consecutive objects with one property are one range", "[bacnet]") {
  Bytes parameters;
  for (uint32_t i = 5; i < 9; ++i) parameters = parameters + object(0, i) + within(1, {0x09, 85});
  CHECK(asks(14, parameters) == "request read_property_multiple: 0:5-8/85");
  CHECK(
      asks(14, object(0, 4194303) + within(1, {0x09, 85}) + object(1, 0) + within(1, {0x09, 85})) ==
      "request read_property_multiple: 0:4194303/85, 1:0/85");
}

TEST_CASE("bacnet: more points than are held are clipped, so that no rule holds", "[bacnet]") {
  Bytes parameters;
  for (uint32_t i = 0; i <= kMaxPointRanges; ++i)
    parameters = parameters + object(0, i * 2) + within(1, {0x09, 85});
  CHECK(told(unicast(confirmed(14, parameters))).clipped);
}

TEST_CASE("bacnet: write property, numbers are values", "[bacnet]") {
  const auto value = [](const Bytes& tagged) { return asks(15, write_of(1, 5, tagged)); };
  const std::string written = "request write_property: 1:5/85 = ";
  CHECK(value(real(50)) == written + "50");
  CHECK(value({0x55, 8, 0x40, 0x59, 0, 0, 0, 0, 0, 0}) == written + "100");
  CHECK(value({0x10}) == written + "0");
  CHECK(value({0x11}) == written + "1");
  CHECK(value({0x21, 200}) == written + "200");
  CHECK(value({0x22, 1, 0}) == written + "256");
  CHECK(value({0x24, 0, 1, 0, 0}) == written + "65536");
  CHECK(value({0x31, 0xff}) == written + "-1");
  CHECK(value({0x32, 0xff, 0}) == written + "-256");
  CHECK(value({0x91, 3}) == written + "3");
}

TEST_CASE("bacnet: values that are no numbers are bytes, null is none", "[bacnet]") {
  const auto value = [](const Bytes& tagged) { return asks(15, write_of(1, 5, tagged)); };
  const std::string written = "request write_property: 1:5/85 = ";
  CHECK(value({0x00}) == written + "bytes(0)");
  CHECK(value({0x23, 1, 0, 0}) == written + "bytes(3)");
  CHECK(value({0x74, 0, 'a', 'b', 'c'}) == written + "bytes(4)");
  CHECK(value(within(0, {0x21, 1})) == written + "bytes(4)");
  CHECK(value(real(1) + real(2)) == written + "1, 2");
}

TEST_CASE("bacnet: a command's priority is told, the strongest of several", "[bacnet]") {
  CHECK(told(unicast(confirmed(15, write_of(1, 5, real(1))))).exception_code == 0);
  const Told one = told(unicast(confirmed(15, write_of(1, 5, real(1)) + Bytes{0x49, 8})));
  CHECK(one.exception_code == 8);
  CHECK_FALSE(one.is_exception);
  const auto assign = [](uint8_t priority) {
    return object(4, priority) +
           within(1, property(85, 0x09) + within(2, {0x91, 1}) + Bytes{0x39, priority});
  };
  const Told many = told(unicast(confirmed(16, assign(9) + assign(3) + assign(16))));
  CHECK(many.exception_code == 3);
  CHECK(many.text == "request write_property_multiple: 4:9/85, 4:3/85, 4:16/85 = 1, 1, 1");
  CHECK(fault(15, write_of(1, 5, real(1)) + Bytes{0x49, 17}).kind == FaultKind::kBadValue);
  CHECK(fault(15, write_of(1, 5, real(1)) + Bytes{0x49, 0}).kind == FaultKind::kBadValue);
}

TEST_CASE("evasion: a bacnet write behind reads in one request is found", "[bacnet]") {
  Bytes parameters;
  const Bytes harmless = object(19, 1) + within(1, property(28, 0x09) + within(2, {0x72, 0, 'x'}));
  for (int i = 0; i < 50; ++i) parameters = parameters + harmless;
  parameters = parameters + object(4, 0) + within(1, property(85, 0x09) + within(2, {0x91, 1}));
  const std::string text = asks(16, parameters);
  CHECK(text.find("4:0/85") != std::string::npos);
}

TEST_CASE("bacnet: list elements, files, objects that are made and deleted", "[bacnet]") {
  CHECK(asks(8, object(15, 1) + property(102) + within(3, {0x21, 1})) ==
        "request add_list_element: 15:1/102 = 1");
  CHECK(asks(9, object(15, 1) + property(102) + within(3, {0x21, 1})) ==
        "request remove_list_element: 15:1/102 = 1");
  CHECK(asks(6, object(10, 2, 0xc4) + within(0, {0x31, 0, 0x22, 1, 0})) ==
        "request atomic_read_file: file 2");
  CHECK(asks(7, object(10, 2, 0xc4) + within(0, {0x31, 0, 0x62, 1, 2})) ==
        "request atomic_write_file: file 2");
  CHECK(asks(7, object(0, 2, 0xc4) + within(0, {0x31, 0, 0x62, 1, 2})) ==
        "request atomic_write_file: 0:2");
  CHECK(acks(6, Bytes{0x11} + within(0, {0x31, 0, 0x62, 1, 2})) == "response atomic_read_file");
  CHECK(acks(7, {0x09, 0}) == "response atomic_write_file");
  CHECK(asks(10, within(0, {0x09, 17})) == "request create_object: 17:0-4194303");
  CHECK(asks(10, within(0, object(2, 7, 0x1c)) +
                     within(1, property(77, 0x09) + within(2, {0x72, 0, 'x'}))) ==
        "request create_object: 2:7, 2:7/77 = bytes(2)");
  CHECK(acks(10, object(2, 7, 0xc4)) == "response create_object: 2:7");
  CHECK(asks(11, object(2, 7, 0xc4)) == "request delete_object: 2:7");
}

TEST_CASE("bacnet: read range, alarms, life safety", "[bacnet]") {
  CHECK(asks(26, object(20, 2) + Bytes{0x1a, 0, 131} + within(3, {0x21, 1, 0x31, 10})) ==
        "request read_range: 20:2/131");
  CHECK(acks(26, object(20, 2) + property(131) + Bytes{0x3a, 5, 0xe0, 0x49, 1} +
                     within(5, within(0, {0xa4, 1, 2, 3, 4}))) == "response read_range: 20:2/131");
  CHECK(asks(0, Bytes{0x09, 1} + object(4, 6, 0x1c) + Bytes{0x29, 0} + kStamp +
                    Bytes{0x4a, 0, 'x'} + within(5, {0x19, 6})) ==
        "request acknowledge_alarm: 4:6");
  CHECK(asks(27, Bytes{0x09, 1, 0x1a, 0, 'x', 0x29, 2} + object(21, 1, 0x3c)) ==
        "request life_safety_operation: 21:1");
  CHECK(asks(29, object(0, 4)) == "request get_event_information: 0:4");
  CHECK(asks(29, {}) == "request get_event_information");
  CHECK(asks(3, {}) == "request get_alarm_summary");
}

TEST_CASE("bacnet: changes of value, asked for and reported", "[bacnet]") {
  const Bytes changed = object(0, 1, 0x2c) + Bytes{0x39, 60} +
                        within(4, property(85, 0x09) + within(2, real(20)) + property(111, 0x09) +
                                      within(2, {0x82, 4, 0}));
  const std::string points = "_cov_notification: 0:1/85, 0:1/111 = 20, bytes(2)";
  CHECK(asks(1, Bytes{0x09, 1} + kDevice + changed) == "request confirmed" + points);
  CHECK(reports(2, Bytes{0x09, 1} + kDevice + changed) == "unsolicited unconfirmed" + points);
  CHECK(asks(5, Bytes{0x09, 1} + object(0, 1, 0x1c) + Bytes{0x29, 1, 0x39, 60}) ==
        "request subscribe_cov: 0:1");
  CHECK(asks(28, Bytes{0x09, 1} + object(0, 1, 0x1c) + within(4, {0x09, 85})) ==
        "request subscribe_cov_property: 0:1/85");
  CHECK(asks(30, Bytes{0x09, 1, 0x19, 1, 0x29, 60} +
                     within(4, object(0, 10) +
                                   within(1, within(0, {0x09, 85}) + Bytes{0x29, 0} +
                                                 within(0, {0x09, 103}) + Bytes{0x29, 0}))) ==
        "request subscribe_cov_property_multiple: 0:10/85, 0:10/103");
  CHECK(reports(11, Bytes{0x09, 1} + kDevice + Bytes{0x29, 60} +
                        within(4, object(0, 10) +
                                      within(1, property(85, 0x09) + within(2, real(6))))) ==
        "unsolicited unconfirmed_cov_notification_multiple: 0:10/85 = 6");
}

TEST_CASE("bacnet: events name the object they are about", "[bacnet]") {
  const Bytes event = Bytes{0x09, 1} + kDevice + object(0, 3, 0x2c) + kStamp +
                      Bytes{0x49, 1, 0x59, 100, 0x69, 5, 0x89, 0, 0xb9, 3};
  CHECK(asks(2, event) == "request confirmed_event_notification: 0:3");
  CHECK(reports(3, event) == "unsolicited unconfirmed_event_notification: 0:3");
}

TEST_CASE("bacnet: discovery says which devices it is for", "[bacnet]") {
  CHECK(reports(8, {}) == "request who_is: devices 0-4194303");
  CHECK(reports(8, {0x09, 10, 0x19, 20}) == "request who_is: devices 10-20");
  CHECK(reports(7, object(23, 5, 0x2c)) == "request who_has: 23:5, devices 0-4194303");
  CHECK(reports(7, {0x3c, 0, 'P', 'M', 'P'}) == "request who_has: \"PMP\", devices 0-4194303");
  CHECK(reports(0, object(8, 7, 0xc4) + Bytes{0x22, 5, 0xc4, 0x91, 3, 0x21, 7}) ==
        "unsolicited i_am: devices 7");
  CHECK(reports(1, object(8, 7, 0xc4) + object(0, 1, 0xc4) + Bytes{0x72, 0, 'x'}) ==
        "unsolicited i_have: devices 7, 0:1");
  CHECK(fault_of(broadcast(unconfirmed(8, {0x09, 10}))).kind == FaultKind::kBadValue);
  CHECK(fault_of(broadcast(unconfirmed(8, {0x09, 20, 0x19, 10}))).kind == FaultKind::kBadValue);
  CHECK(fault_of(broadcast(unconfirmed(8, {0x0b, 0x40, 0, 0, 0x1b, 0x40, 0, 1}))).kind ==
        FaultKind::kBadValue);
}

TEST_CASE("bacnet: what manages a device is told by name", "[bacnet]") {
  CHECK(asks(17, {0x19, 1}) == "request device_communication_control");
  CHECK(asks(20, {0x09, 1, 0x1a, 0, 'x'}) == "request reinitialize_device");
  CHECK(asks(18, Bytes{0x09, 7, 0x19, 1} + within(2, {0xff, 0x00, 0xde})) ==
        "request confirmed_private_transfer");
  CHECK(reports(6, {0xa4, 1, 2, 3, 4, 0xb4, 1, 2, 3, 4}) == "request time_synchronization");
  CHECK(reports(10, Bytes{0x09, 23, 0x19, 8} + within(2, {0x09, 1, 0x21, 5})) ==
        "request write_group");
  CHECK(reports(14, Bytes{0x21, 7, 0x72, 0, 'a', 0x72, 0, 'b'} + object(8, 3, 0xc4)) ==
        "request you_are: devices 3");
}

TEST_CASE("bacnet: an unknown service has no class, whatever it carries", "[bacnet]") {
  const Told service = told(unicast(confirmed(200, {0xff, 0xff})));
  CHECK(service.text == "request unknown");
  CHECK(service.cls == OperationClass::kUnspecified);
  CHECK(told(broadcast(unconfirmed(99, {1}))).cls == OperationClass::kUnspecified);
  CHECK(told(unicast(ack(200, {0xff}))).cls == OperationClass::kUnspecified);
}

TEST_CASE("bacnet: parameters must be those of the service, each in its place", "[bacnet]") {
  CHECK(fault(12, object(0, 1)) == Fault{FaultKind::kTruncated, kParametersAt + 5});
  CHECK(fault(12, property(85) + object(0, 1)) == Fault{FaultKind::kBadEncoding, kParametersAt});
  CHECK(fault(12, object(0, 1) + property(85) + Bytes{0x39, 1}) ==
        Fault{FaultKind::kBadLength, kParametersAt + 7});
  CHECK(fault(12, {0x0a, 0, 1, 0x19, 85}) == Fault{FaultKind::kBadLength, kParametersAt});
  CHECK(fault(12, object(0, 1) + Bytes{0x1d, 5, 1, 2, 3, 4, 5}).kind == FaultKind::kBadLength);
  CHECK(fault(12, object(0, 1) + Bytes{0x1b, 0x40, 0, 0}).kind == FaultKind::kBadAddress);
  CHECK(fault(15, object(0, 1) + property(85)).kind == FaultKind::kTruncated);
  CHECK(fault(3, {0x21, 1}) == Fault{FaultKind::kBadLength, kParametersAt});
  CHECK(fault(14, {}).kind == FaultKind::kTruncated);
  CHECK(fault(18, {0x09, 7, 0x19, 1, 0x2e, 1}).kind == FaultKind::kBadEncoding);
  CHECK(fault(4, {0x0f}).kind == FaultKind::kBadEncoding);
}

}  // namespace bulkhead::wire::bacnet::test
