// SPDX-License-Identifier: Apache-2.0
// Builds HART-IP messages for tests, and keeps in words what a connection tells.
#pragma once

#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>
#include <vector>

#include "wire/apps/hart_ip/hart_ip.h"

namespace bulkhead::test::hart {

using Bytes = std::vector<uint8_t>;
using wire::Side;

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Bytes message(uint8_t type, uint8_t id, const Bytes& body = {}, uint8_t status = 0) {
  const size_t size = body.size() + 8;
  return Bytes{1,
               type,
               id,
               status,
               0,
               7,
               static_cast<uint8_t>(size >> 8),
               static_cast<uint8_t>(size)} +
         body;
}
inline uint8_t check(const Bytes& frame) {
  uint8_t sum = 0;
  for (const uint8_t octet : frame) sum ^= octet;
  return sum;
}
inline Bytes checked(const Bytes& frame) {
  return frame + Bytes{check(frame)};
}
inline const Bytes kDevice = {0xb9, 0xfd, 0x95, 0x26, 0x6f};  // unique, from the primary master
inline constexpr uint64_t kDeviceNumber = 0x39fd95266f;

// A frame of a request to that device.
inline Bytes request_frame(uint8_t command, const Bytes& data = {},
                           const Bytes& address = kDevice) {
  const uint8_t delimiter = address.size() == 5 ? 0x82 : 0x02;
  return checked(Bytes{delimiter} + address + Bytes{command, static_cast<uint8_t>(data.size())} +
                 data);
}
inline Bytes request(uint8_t command, const Bytes& data = {}, const Bytes& address = kDevice) {
  return message(0, 3, request_frame(command, data, address));
}
// `data` with the two octets of status.
inline Bytes answer(uint8_t command, const Bytes& data, uint8_t delimiter = 0x86) {
  return message(delimiter == 0x81 ? 2 : 1, 3,
                 checked(Bytes{delimiter} + kDevice +
                         Bytes{command, static_cast<uint8_t>(data.size())} + data));
}
inline const Bytes kHalf = {0x3f, 0, 0, 0};  // 0.5

// "request write write_primary_variable_damping_value id 196615: 246 = 0.5"; several operations
// are joined by "; ", a fault is "bad_length at 12". Points are without the tested device's number.
class Talk final : public wire::OperationSink {
 public:
  std::string says(const Bytes& bytes, Side side = Side::kRequest) {
    said_.clear();
    last_ = bytes;
    const auto size = connection.frame_size(side, last_);
    REQUIRE(size.ok());
    REQUIRE(*size == bytes.size());
    const wire::Fault fault = connection.frame(side, last_, *this);
    if (fault.kind == wire::FaultKind::kNone) return said_;
    said_ += said_.empty() ? "" : "; ";
    return said_ + std::string(to_string(fault.kind)) + " at " + std::to_string(fault.offset);
  }
  std::string answers(const Bytes& bytes) { return says(bytes, Side::kResponse); }
  void told() noexcept override {
    const wire::Operation& op = operation;
    said_ += said_.empty() ? "" : "; ";
    said_ += std::string(to_string(op.direction)) + ' ' + std::string(to_string(op.cls)) + ' ' +
             std::string(op.name);
    if (op.is_exception) said_ += " refused " + std::to_string(op.exception_code);
    for (size_t i = 0; i < op.points.size(); ++i) say_point(op, i);
  }
  wire::hart_ip::Connection connection;

 private:
  void say_point(const wire::Operation& op, size_t i) {
    const wire::PointRange& point = op.points[i];
    CHECK(point.access == op.cls);
    said_ += ' ' + text_of(point.first);
    if (point.last != point.first) said_ += '-' + text_of(point.last);
    for (const wire::ValueView& view : op.values)
      if (view.range == i) said_ += " = " + std::to_string(view.number(0)).substr(0, 3);
  }
  static std::string text_of(uint64_t point) {
    const uint64_t device = point >> wire::hart_ip::kVariableBits;
    const std::string variable = std::to_string(point & 0xff);
    return device == kDeviceNumber ? variable : std::to_string(device) + ':' + variable;
  }
  std::string said_;
  Bytes last_;
};

}  // namespace bulkhead::test::hart
