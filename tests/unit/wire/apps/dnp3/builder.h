// SPDX-License-Identifier: Apache-2.0
// Builds DNP3 frames for tests, with checksums of its own, and keeps what a connection tells.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "wire/apps/dnp3/dnp3.h"

namespace bulkhead::test::dnp3 {

using Bytes = std::vector<uint8_t>;
using wire::Side;

inline constexpr uint8_t kFromMaster = 0xc4;  // DIR, PRM, unconfirmed user data
inline constexpr uint8_t kFromOutstation = 0x44;
inline constexpr uint16_t kMaster = 3;
inline constexpr uint16_t kOutstation = 1024;

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// CRC-16/DNP, bit by bit.
inline Bytes crc(const Bytes& bytes) {
  unsigned value = 0;
  for (const uint8_t byte : bytes) {
    value ^= byte;
    for (int i = 0; i < 8; ++i) value = (value & 1) != 0 ? value >> 1 ^ 0xa6bc : value >> 1;
  }
  value = ~value;
  return {static_cast<uint8_t>(value), static_cast<uint8_t>(value >> 8)};
}

inline uint8_t low(unsigned v) {
  return static_cast<uint8_t>(v);
}
inline uint8_t high(unsigned v) {
  return static_cast<uint8_t>(v >> 8);
}

inline Bytes link_frame(uint8_t control, uint16_t to, uint16_t from, const Bytes& data = {}) {
  Bytes out{0x05,      0x64,      low(5 + static_cast<unsigned>(data.size())),
            control,   low(to),   high(to),
            low(from), high(from)};
  out = out + crc(out);
  for (size_t at = 0; at < data.size(); at += 16) {
    const size_t end = std::min(at + 16, data.size());
    const Bytes block(data.begin() + static_cast<ptrdiff_t>(at),
                      data.begin() + static_cast<ptrdiff_t>(end));
    out = out + block + crc(block);
  }
  return out;
}

// A fragment in one segment, from the master or from the outstation.
inline Bytes request(const Bytes& fragment, uint16_t to = kOutstation, uint16_t from = kMaster) {
  return link_frame(kFromMaster, to, from, Bytes{0xc0} + fragment);
}
inline Bytes response(const Bytes& fragment, uint16_t from = kOutstation, uint16_t to = kMaster) {
  return link_frame(kFromOutstation, to, from, Bytes{0xc0} + fragment);
}

// What an operation said, kept beyond its frame.
struct Told {
  std::string name;
  uint32_t code = 0;
  wire::OperationClass cls{};
  wire::Direction direction{};
  uint16_t technique = 0;
  uint32_t unit = 0, from_unit = 0;
  uint64_t request_id = 0;
  bool exception = false, clipped = false, out_of_turn = false;
  uint32_t exception_code = 0;
  std::vector<wire::PointRange> points{};
  std::vector<std::string> names{};
  std::vector<double> values{};
  std::vector<Bytes> bytes{};
};

class Keeper final : public wire::OperationSink {
 public:
  void told() noexcept override {
    const wire::Operation& op = operation;
    Told t{.name = std::string(op.name),
           .code = op.code,
           .cls = op.cls,
           .direction = op.direction,
           .technique = op.technique,
           .unit = op.unit,
           .from_unit = op.from_unit,
           .request_id = op.request_id,
           .exception = op.is_exception,
           .clipped = op.clipped,
           .out_of_turn = op.out_of_turn,
           .exception_code = op.exception_code};
    for (const wire::PointRange& point : op.points) {
      t.points.push_back(point);
      t.names.emplace_back(point.name);
    }
    for (const wire::ValueView& view : op.values) {
      if (view.encoding == wire::ValueView::Encoding::kBytes)
        t.bytes.emplace_back(view.bytes.begin(), view.bytes.end());
      else
        for (size_t i = 0; i < view.count; ++i) t.values.push_back(view.number(i));
    }
    all.push_back(t);
  }
  std::vector<Told> all;
};

// A connection with what it told.
struct Talk {
  wire::Fault frame(const Bytes& bytes, Side side = Side::kRequest) {
    const auto size = connection.frame_size(side, bytes);
    REQUIRE(size.ok());
    REQUIRE(*size == bytes.size());
    return connection.frame(side, bytes, *keeper);
  }
  // The one operation of a frame without a fault.
  Told one(const Bytes& bytes, Side side = Side::kRequest) {
    keeper->all.clear();
    const wire::Fault fault = frame(bytes, side);
    INFO(to_string(fault.kind) << " at " << fault.offset);
    REQUIRE(fault.kind == wire::FaultKind::kNone);
    REQUIRE(keeper->all.size() == 1);
    return keeper->all[0];
  }
  Told answer(const Bytes& fragment) { return one(response(fragment), Side::kResponse); }
  size_t told() const { return keeper->all.size(); }

  wire::dnp3::Connection connection;
  std::unique_ptr<Keeper> keeper = std::make_unique<Keeper>();
};

inline Told told_of(const Bytes& fragment) {
  return Talk{}.one(request(fragment));
}
inline wire::Fault fault_of(const Bytes& fragment) {
  Talk talk;
  const wire::Fault fault = talk.frame(request(fragment));
  CHECK(talk.told() == 0);
  return fault;
}

// "12:1 control 5-5" of each point.
inline std::vector<std::string> points_of(const Told& told) {
  std::vector<std::string> out;
  for (const wire::PointRange& p : told.points)
    out.push_back(std::to_string(p.detail >> 8) + ':' + std::to_string(p.detail & 0xff) + ' ' +
                  std::string(to_string(p.access)) + ' ' + std::to_string(p.first) + '-' +
                  std::to_string(p.last));
  return out;
}
using Points = std::vector<std::string>;

// A control relay output block: control code, count 1, on and off 100 ms, status.
inline Bytes crob(uint8_t control, uint8_t status = 0) {
  return {control, 1, 100, 0, 0, 0, 100, 0, 0, 0, status};
}
// One of them for a point below 256, behind its header.
inline Bytes command(uint8_t point, uint8_t control = 3, uint8_t status = 0) {
  return Bytes{12, 1, 0x17, 1, point} + crob(control, status);
}

}  // namespace bulkhead::test::dnp3
