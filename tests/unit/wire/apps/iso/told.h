// SPDX-License-Identifier: Apache-2.0
// What tests of the protocols inside ISO transport share: TPDUs around bytes, and what a connection
// tells of them.
#pragma once

#include <deque>
#include <initializer_list>
#include <string>
#include <vector>

#include "wire/apps/iso/connection.h"

namespace bulkhead::test {

using Octets = std::vector<uint8_t>;

inline Octets operator+(Octets left, const Octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}
inline Octets text(std::string_view characters) {
  return {characters.begin(), characters.end()};
}
inline Octets be16(size_t value) {
  return {static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
}

// A data TPDU in a TPKT.
inline Octets data_tpdu(const Octets& bytes, bool last = true) {
  return Octets{3, 0} + be16(bytes.size() + 7) +
         Octets{2, 0xf0, last ? uint8_t{0x80} : uint8_t{0}} + bytes;
}

// An operation without its packet.
struct Told {
  wire::App app{};
  wire::OperationClass cls{};
  wire::Direction direction{};
  bool is_exception = false, clipped = false, opaque = false;
  uint16_t technique = 0;
  uint32_t code = 0, exception_code = 0, unit = 0, from_unit = 0;
  uint64_t request_id = 0;
  std::string name;
  std::vector<wire::PointRange> points;  // without their texts
  std::vector<std::string> texts;        // of points
  std::vector<std::string> scopes;       // of points
  std::vector<double> numbers;           // values that are numbers
  std::vector<Octets> bytes;             // and those that are not
};

class Tells final : public wire::OperationSink {
 public:
  void told() noexcept override {
    const wire::Operation& op = operation;
    Told& out = all.emplace_back();
    out.app = op.app;
    out.cls = op.cls;
    out.direction = op.direction;
    out.is_exception = op.is_exception;
    out.clipped = op.clipped;
    out.opaque = op.opaque;
    out.technique = op.technique;
    out.code = op.code;
    out.exception_code = op.exception_code;
    out.unit = op.unit;
    out.from_unit = op.from_unit;
    out.request_id = op.request_id;
    out.name = op.name;
    for (wire::PointRange point : op.points) {
      out.texts.emplace_back(point.name);
      out.scopes.emplace_back(point.scope);
      point.name = point.scope = {};
      out.points.push_back(point);
    }
    for (const wire::ValueView& view : op.values) add(view, out);
  }
  std::deque<Told> all;

 private:
  static void add(const wire::ValueView& view, Told& out) {
    if (view.encoding == wire::ValueView::Encoding::kBytes)
      out.bytes.emplace_back(view.bytes.begin(), view.bytes.end());
    else
      for (size_t i = 0; i < view.count; ++i) out.numbers.push_back(view.number(i));
  }
};

// A connection that is given TSDUs, each in a frame of its own.
struct Talk {
  wire::Fault ask(const Octets& tsdu) { return frame(wire::Side::kRequest, data_tpdu(tsdu)); }
  wire::Fault answer(const Octets& tsdu) { return frame(wire::Side::kResponse, data_tpdu(tsdu)); }
  wire::Fault frame(wire::Side side, const Octets& bytes) {
    return connection.frame(side, bytes, tells);
  }
  [[nodiscard]] const Told& last() const { return tells.all.back(); }

  wire::iso::Connection connection;
  Tells tells;
};

inline constexpr uint32_t kInTsdu = 7;  // offset of a TSDU in the frame that it has to itself

}  // namespace bulkhead::test
