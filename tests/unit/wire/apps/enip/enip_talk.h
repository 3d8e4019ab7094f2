// SPDX-License-Identifier: Apache-2.0
// Builds messages of EtherNet/IP and CIP, and keeps in words what a conversation tells of them.
#pragma once

#include <catch2/catch.hpp>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "wire/apps/enip/connection.h"

namespace bulkhead::test::enip {

using Bytes = std::vector<uint8_t>;
using wire::Side;

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
inline Bytes le16(size_t v) {
  return {static_cast<uint8_t>(v), static_cast<uint8_t>(v >> 8)};
}
inline Bytes le32(size_t v) {
  return le16(v & 0xffff) + le16(v >> 16);
}

inline Bytes command(uint16_t code, const Bytes& body, uint32_t status = 0, uint8_t context = 7) {
  return le16(code) + le16(body.size()) + le32(0x1234) + le32(status) +
         Bytes{context, 0, 0, 0, 0, 0, 0, 0} + le32(0) + body;
}
inline Bytes item(uint16_t type, const Bytes& content = {}) {
  return le16(type) + le16(content.size()) + content;
}
inline Bytes rr_data(const Bytes& message, uint8_t context = 7) {
  return command(0x6f, le32(0) + le16(10) + le16(2) + item(0) + item(0xb2, message), 0, context);
}
inline Bytes unit_data(uint32_t connection, uint16_t sequence, const Bytes& message) {
  return command(0x70, le32(0) + le16(0) + le16(2) + item(0xa1, le32(connection)) +
                           item(0xb1, le16(sequence) + message));
}

// --- CIP ---

inline Bytes request(uint8_t service, const Bytes& path, const Bytes& data = {}) {
  return Bytes{service, static_cast<uint8_t>(path.size() / 2)} + path + data;
}
inline Bytes reply(uint8_t service, const Bytes& data = {}, uint8_t status = 0) {
  return Bytes{static_cast<uint8_t>(service | 0x80), 0, status, 0} + data;
}
inline Bytes object(uint8_t cls, uint8_t instance) {
  return {0x20, cls, 0x24, instance};
}
inline Bytes attribute(uint8_t cls, uint8_t instance, uint8_t number) {
  return {0x20, cls, 0x24, instance, 0x30, number};
}
inline Bytes symbol(const std::string& name) {
  Bytes out = Bytes{0x91, static_cast<uint8_t>(name.size())} + Bytes(name.begin(), name.end());
  if (name.size() % 2 != 0) out.push_back(0);
  return out;
}
inline Bytes read_tag(const std::string& name) {
  return request(0x4c, symbol(name), le16(1));
}
inline Bytes write_tag(const std::string& name, uint32_t value) {
  return request(0x4d, symbol(name), le16(0xc4) + le16(1) + le32(value));
}
// Each part behind the one before it.
inline Bytes with_offsets(const std::vector<Bytes>& parts) {
  Bytes offsets, all;
  for (const Bytes& part : parts) {
    offsets = offsets + le16(2 + 2 * parts.size() + all.size());
    all = all + part;
  }
  return le16(parts.size()) + offsets + all;
}
inline Bytes multiple(const std::vector<Bytes>& parts) {
  return request(0x0a, object(2, 1), with_offsets(parts));
}
inline Bytes routed(const Bytes& message, const Bytes& route) {
  Bytes data = Bytes{10, 5} + le16(message.size()) + message;
  if (message.size() % 2 != 0) data.push_back(0);
  data = data + Bytes{static_cast<uint8_t>(route.size() / 2), 0} + route;
  return request(0x52, object(6, 1), data);
}
inline Bytes slot(uint8_t number) {
  return {1, number};
}

inline const Bytes kTriad = {0x11, 0x22, 0x4d, 0, 1, 2, 3, 4};
// Of transport class 3 where `trigger` says so.
inline Bytes forward_open(const Bytes& path, uint8_t trigger = 0xa3) {
  return request(0x54, object(6, 1),
                 Bytes{10, 5} + le32(0) + le32(0xaaaa) + kTriad + Bytes{2, 0, 0, 0} + le32(8000) +
                     le16(0x43f4) + le32(8000) + le16(0x43f4) +
                     Bytes{trigger, static_cast<uint8_t>(path.size() / 2)} + path);
}
inline Bytes opened() {
  return reply(0x54, le32(0xbbbb) + le32(0xaaaa) + kTriad + le32(8000) + le32(8000) + Bytes{0, 0});
}
inline Bytes forward_close(const Bytes& path) {
  return request(0x4e, object(6, 1),
                 Bytes{10, 5} + kTriad + Bytes{static_cast<uint8_t>(path.size() / 2), 0} + path);
}

// Of an I/O connection, class 1, exclusive owner: an opening, its answer, its closing, its data.
struct Io {
  Bytes path = {0x20, 4, 0x24, 100, 0x2c, 150, 0x2c, 151};
  uint8_t serial = 0x11;
  uint32_t to_target = 0xbbbb, to_originator = 0xaaaa;
  uint32_t interval_us = 8000;
  uint8_t multiplier = 2;
  uint16_t target_way = 0x4800 | 500, originator_way = 0x4800 | 500;
  uint8_t transport = 0x01;
  Bytes sockaddr{};  // items behind the answer

  [[nodiscard]] Bytes triad() const { return Bytes{serial, 0x22, 0x4d, 0, 1, 2, 3, 4}; }
  [[nodiscard]] Bytes asked() const {
    return request(0x54, object(6, 1),
                   Bytes{10, 5} + le32(0) + le32(to_originator) + triad() +
                       Bytes{multiplier, 0, 0, 0} + le32(interval_us) + le16(target_way) +
                       le32(interval_us) + le16(originator_way) +
                       Bytes{transport, static_cast<uint8_t>(path.size() / 2)} + path);
  }
  [[nodiscard]] Bytes answer(uint8_t status = 0) const {
    return reply(0x54,
                 le32(to_target) + le32(to_originator) + triad() + le32(interval_us) +
                     le32(interval_us) + Bytes{0, 0},
                 status);
  }
  [[nodiscard]] Bytes open() const { return rr_data(asked()); }
  [[nodiscard]] Bytes opened(uint8_t status = 0) const {
    return command(0x6f, le32(0) + le16(10) + le16(sockaddr.empty() ? 2 : 3) + item(0) +
                             item(0xb2, answer(status)) + sockaddr);
  }
  [[nodiscard]] Bytes close() const {
    return rr_data(
        request(0x4e, object(6, 1),
                Bytes{10, 5} + triad() + Bytes{static_cast<uint8_t>(path.size() / 2), 0} + path));
  }
  [[nodiscard]] Bytes closed() const { return rr_data(reply(0x4e, triad() + Bytes{0, 0})); }
};
inline Bytes io_data(uint32_t identifier, uint32_t sequence, const Bytes& data = {1, 0, 5, 6}) {
  return le16(2) + item(0x8002, le32(identifier) + le32(sequence)) + item(0xb1, data);
}

// "read_tag @1: read tag Pump = 3; ..." of a message; a fault: "bad_path at 44".
class Talk final : public wire::OperationSink {
 public:
  std::string says(const Bytes& frame, Side side = Side::kRequest) {
    said_.clear();
    count = 0;
    last_ = frame;
    const auto size = connection->frame_size(side, last_);
    REQUIRE(size.ok());
    REQUIRE(*size == last_.size());
    const wire::Fault fault = connection->frame(side, last_, *this);
    if (fault.kind == wire::FaultKind::kNone) return said_;
    return said_ + (said_.empty() ? "" : "; ") + std::string(to_string(fault.kind)) + " at " +
           std::to_string(fault.offset);
  }
  std::string answers(const Bytes& frame) { return says(frame, Side::kResponse); }
  void told() noexcept override {
    const wire::Operation& op = operation;
    ++count;
    if (!said_.empty()) said_ += "; ";
    if (op.direction != wire::Direction::kRequest)
      said_ += std::string(to_string(op.direction)) + ' ';
    said_ += std::string(op.name);
    if (op.unit == UINT32_MAX) said_ += " @?";
    if (op.unit != 0 && op.unit != UINT32_MAX) said_ += " @" + std::to_string(op.unit);
    if (op.clipped) said_ += " clipped";
    for (const wire::PointRange& point : op.points) {
      said_ += ' ' + std::string(to_string(point.type)) + ' ';
      if (!point.name.empty()) said_ += std::string(point.name);
      if (point.type == wire::PointType::kCipObject) said_ += object_text(point);
      if (point.type == wire::PointType::kCipAssembly ||
          point.type == wire::PointType::kCipConnection)
        said_ += std::to_string(point.first);
      if (point.type == wire::PointType::kPcccFile)
        said_ += std::to_string(point.first >> 32) + ':' +
                 std::to_string(point.first >> 16 & 0xffff) + '-' +
                 std::to_string(point.last >> 16 & 0xffff);
      CHECK(point.access == op.cls);
    }
    for (const wire::ValueView& view : op.values) {
      said_ += " =";
      const bool numbers = width_of(view.encoding) != 0;
      for (size_t i = 0; numbers && i < view.count; ++i)
        said_ += ' ' + std::to_string(static_cast<long>(view.number(i)));
      if (!numbers) said_ += ' ' + std::to_string(view.bytes.size()) + " bytes";
    }
    if (op.is_exception) said_ += " refused " + std::to_string(op.exception_code);
    id = op.request_id;
  }
  std::unique_ptr<wire::enip::Connection> connection = std::make_unique<wire::enip::Connection>();
  uint64_t id = 0;
  int count = 0;

 private:
  static std::string object_text(const wire::PointRange& point) {
    const uint64_t from = point.first >> 16 & 0xffff'ffff, to = point.last >> 16 & 0xffff'ffff;
    std::string out = std::to_string(point.first >> 48) + '/' + std::to_string(from);
    if (to != from) out += '-' + std::to_string(to);
    const uint64_t attribute = point.first & 0xffff;
    if (attribute == (point.last & 0xffff)) out += '/' + std::to_string(attribute);
    return out;
  }
  Bytes last_;
  std::string said_;
};

}  // namespace bulkhead::test::enip
