// SPDX-License-Identifier: Apache-2.0
// Builds APDUs for tests, and keeps in words what a connection tells.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "wire/apps/iec104/iec104.h"

namespace bulkhead::test::iec104 {

using Bytes = std::vector<uint8_t>;
using wire::Side;

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Bytes apdu(const Bytes& control, const Bytes& asdu = {}) {
  return Bytes{0x68, static_cast<uint8_t>(control.size() + asdu.size())} + control + asdu;
}
inline Bytes u_frame(uint8_t function) {
  return apdu({function, 0, 0, 0});
}
// An ASDU of station 10.
inline Bytes asdu(uint8_t type, uint8_t structure, uint8_t cause, const Bytes& objects) {
  return Bytes{type, structure, cause, 0, 10, 0} + objects;
}
inline Bytes i_frame(const Bytes& content) {
  return apdu({0, 0, 0, 0}, content);
}
inline Bytes object(uint32_t address, const Bytes& element = {}) {
  return Bytes{static_cast<uint8_t>(address), static_cast<uint8_t>(address >> 8),
               static_cast<uint8_t>(address >> 16)} +
         element;
}

// "request c_sc_na_1 10: control 100#1 = 1 id 45"; a fault: "bad_length at 12".
class Talk final : public wire::OperationSink {
 public:
  std::string says(const Bytes& frame, Side side = Side::kRequest) {
    said_.clear();
    const auto size = connection.frame_size(side, frame);
    REQUIRE(size.ok());
    REQUIRE(*size == frame.size());
    const wire::Fault fault = connection.frame(side, frame, *this);
    if (fault.kind == wire::FaultKind::kNone) return said_;
    CHECK(said_.empty());
    return std::string(to_string(fault.kind)) + " at " + std::to_string(fault.offset);
  }
  void told() noexcept override {
    const wire::Operation& op = operation;
    said_ += std::string(to_string(op.direction)) + ' ' + std::string(op.name) + ' ' +
             std::to_string(op.unit) + ':';
    for (const wire::PointRange& point : op.points) {
      said_ += ' ' + std::to_string(point.first);
      if (point.last != point.first) said_ += '-' + std::to_string(point.last);
      if (point.detail != 0) said_ += '#' + std::to_string(point.detail);
      CHECK(point.access == op.cls);
    }
    for (const wire::ValueView& view : op.values)
      said_ += " =" + std::to_string(static_cast<int>(view.number(0)));
    if (op.is_exception) said_ += " refused " + std::to_string(op.exception_code);
  }
  wire::iec104::Connection connection;

 private:
  std::string said_;
};

}  // namespace bulkhead::test::iec104
