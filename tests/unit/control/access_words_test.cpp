// SPDX-License-Identifier: Apache-2.0
#include "pdp/access_words.h"

#include <catch2/catch.hpp>
#include <iterator>
#include <sstream>

#include "wire/protocol_numbers.h"

namespace bulkhead::control {

namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

AccessWords parsed(const std::string& text) {
  auto access = parse_access_words(words(text));
  INFO(text);
  if (!access) FAIL(access.error().sentence);
  return std::move(*access);
}

}  // namespace

TEST_CASE("explain words: what is meant is said back", "[control][explain]") {
  struct Row {
    std::string text;
    std::string said;
  };
  const auto row = GENERATE(values<Row>({
      {"tcp 80", "tcp 80"},
      {"udp 161", "udp 161"},
      {"icmp", "icmp"},
      {"modbus", "tcp 502"},
      {"modbus port 1502", "tcp 1502"},
      {"modbus read holding 10", "modbus read_holding_registers holding 10, unit 1"},
      {"modbus read coil 0-63 unit 7", "modbus read_coils coil 0-63, unit 7"},
      {"modbus write holding 10 = 5", "modbus write_single_register holding 10 = 5, unit 1"},
      {"modbus write holding 10-11 = 5,6",
       "modbus write_multiple_registers holding 10-11 = 5,..., unit 1"},
      {"modbus write coil 3 = on unit 2", "modbus write_single_coil coil 3 = 1, unit 2"},
      {"modbus mask_write_register holding 4", "modbus mask_write_register holding 4, unit 1"},
      {"modbus read_device_identification", "modbus read_device_identification, unit 1"},
  }));
  REQUIRE(to_string(parsed(row.text)) == row.said);
}

TEST_CASE("explain words: the values of a range are laid out as on the wire",
          "[control][explain]") {
  const AccessWords access = parsed("modbus write holding 10-12 = 1,258,65535 unit 9 port 1502");
  REQUIRE(access.protocol == wire::ip_protocol::kTcp);
  REQUIRE(access.port == 1502);
  const wire::Operation& operation = access.operation->operation;
  REQUIRE(operation.unit == 9);
  REQUIRE(operation.code == 16);
  REQUIRE(operation.cls == wire::OperationClass::kWrite);
  REQUIRE(operation.points.size() == 1);
  REQUIRE(operation.points[0].first == 10);
  REQUIRE(operation.points[0].last == 12);
  REQUIRE(operation.values.size() == 1);
  REQUIRE(operation.values[0].count == 3);
  REQUIRE(operation.values[0].at(1) == 258);
  REQUIRE(operation.values[0].at(2) == 65535);
}

TEST_CASE("explain words: one value stands for all points of the range", "[control][explain]") {
  const AccessWords access = parsed("modbus write coil 0-9 = on");
  REQUIRE(access.operation->operation.values[0].count == 10);
  REQUIRE(access.operation->operation.values[0].at(9) == 1);
}

TEST_CASE("explain words: what says nothing is refused with what could stand there",
          "[control][explain]") {
  struct Row {
    std::string text;
    std::string said;
  };
  const auto row = GENERATE(values<Row>({
      {"", "say what is accessed"},
      {"ftp", "'ftp' cannot stand here: expected modbus, tcp, udp or icmp"},
      {"tcp", "expected a port number"},
      {"tcp 70000", "0 to 65535"},
      {"tcp 80 81", "expected nothing more"},
      {"icmp 1", "expected nothing more"},
      {"modbus jump", "an operation class"},
      {"modbus write", "modbus has no usual 'write"},
      {"modbus write input 1", "modbus has no usual 'write input'"},
      {"modbus read holding", "expected points"},
      {"modbus read holding 9-3", "a range whose end is not before its begin"},
      {"modbus read holding 0-65535", "at most 2000 points"},
      {"modbus read holding -1", "a point"},
      {"modbus write holding 1 =", "expected a value"},
      {"modbus write holding 1 = 70000", "0 to 65535"},
      {"modbus write holding 1-3 = 1,2", "2 values for 3 points"},
      {"modbus read holding 1 unit 256", "0 to 255"},
      {"modbus read holding 1 coil 2", "'= VALUE'"},
  }));
  CAPTURE(row.text);
  const auto access = parse_access_words(words(row.text));
  REQUIRE_FALSE(access);
  REQUIRE(access.error().code == ErrorCode::kInvalid);
  REQUIRE_THAT(access.error().sentence, Catch::Contains(row.said));
}

TEST_CASE("explain words: too many or too long words are refused", "[control][explain]") {
  REQUIRE_FALSE(parse_access_words(std::vector<std::string>(65, "modbus")));
  REQUIRE_FALSE(parse_access_words({"modbus", std::string(129, 'x')}));
}

}  // namespace bulkhead::control
