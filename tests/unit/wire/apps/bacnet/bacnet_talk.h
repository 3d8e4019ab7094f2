// SPDX-License-Identifier: Apache-2.0
// A BACnet/IP conversation by hand: builders of its layers, and what a Connection tells of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wire/apps/bacnet/bacnet.h"

namespace bulkhead::wire::bacnet::test {

using Bytes = std::vector<uint8_t>;

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Bytes bvlc(uint8_t function, const Bytes& body) {
  const size_t size = body.size() + 4;
  return Bytes{0x81, function, static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size)} + body;
}

const Bytes kNpdu = {1, 4};

inline Bytes unicast(const Bytes& apdu, const Bytes& npdu = kNpdu) {
  return bvlc(10, npdu + apdu);
}
inline Bytes broadcast(const Bytes& apdu, const Bytes& npdu = {1, 0}) {
  return bvlc(11, npdu + apdu);
}

// APDUs.
inline Bytes confirmed(uint8_t service, const Bytes& parameters, uint8_t invoke = 7) {
  return Bytes{0x00, 5, invoke, service} + parameters;
}
inline Bytes unconfirmed(uint8_t service, const Bytes& parameters) {
  return Bytes{0x10, service} + parameters;
}
inline Bytes ack(uint8_t service, const Bytes& parameters, uint8_t invoke = 7) {
  return Bytes{0x30, invoke, service} + parameters;
}
// A segment of a confirmed request, or of its answer.
inline Bytes segment(uint8_t sequence, bool more, const Bytes& part, uint8_t service = 16,
                     uint8_t invoke = 7) {
  return Bytes{static_cast<uint8_t>(more ? 0x0c : 0x08), 5, invoke, sequence, 4, service} + part;
}
inline Bytes ack_segment(uint8_t sequence, bool more, const Bytes& part, uint8_t service = 12) {
  return Bytes{static_cast<uint8_t>(more ? 0x3c : 0x38), 7, sequence, 4, service} + part;
}

// Tags.
inline Bytes object(uint32_t type, uint32_t instance, uint8_t tag = 0x0c) {
  const uint32_t id = type << 22 | instance;
  return {tag, static_cast<uint8_t>(id >> 24), static_cast<uint8_t>(id >> 16),
          static_cast<uint8_t>(id >> 8), static_cast<uint8_t>(id)};
}
inline Bytes property(uint8_t id, uint8_t tag = 0x19) {
  return {tag, id};
}
inline Bytes real(float value) {
  const auto bits = __builtin_bit_cast(uint32_t, value);
  return {0x44, static_cast<uint8_t>(bits >> 24), static_cast<uint8_t>(bits >> 16),
          static_cast<uint8_t>(bits >> 8), static_cast<uint8_t>(bits)};
}
inline Bytes within(uint8_t number, const Bytes& inside) {
  return Bytes{static_cast<uint8_t>(number << 4 | 0x0e)} + inside +
         Bytes{static_cast<uint8_t>(number << 4 | 0x0f)};
}
inline Bytes write_of(uint32_t type, uint32_t instance, const Bytes& value) {
  return object(type, instance) + property(85) + within(3, value);
}

// What was told, without the views.
struct Told {
  std::string text;  // "request write_property: 1:5/85 = 50"
  OperationClass cls = OperationClass::kUnspecified;
  uint32_t code = 0;
  uint16_t technique = 0;
  bool is_exception = false;
  bool clipped = false;
  bool opaque = false;
  uint32_t exception_code = 0;
  uint32_t unit = 0;
  uint32_t from_unit = 0;
  uint64_t request_id = 0;
};

class Recorder final : public OperationSink {
 public:
  void told() noexcept override {
    const Operation& op = operation;
    all.push_back({text(), op.cls, op.code, op.technique, op.is_exception, op.clipped, op.opaque,
                   op.exception_code, op.unit, op.from_unit, op.request_id});
  }
  std::vector<Told> all;

 private:
  static std::string point_text(const PointRange& p) {
    const auto span = [](uint64_t a, uint64_t b) {
      return std::to_string(a) + (a == b ? "" : "-" + std::to_string(b));
    };
    if (!p.name.empty()) return '"' + std::string(p.name) + '"';
    if (p.type == PointType::kBacnetDeviceRange) return "devices " + span(p.first, p.last);
    if (p.type == PointType::kBacnetFile) return "file " + span(p.first, p.last);
    std::string out = std::to_string(p.first >> 22) + ':';
    out += span(p.first & 0x3fffff, p.last & 0x3fffff);
    return p.detail == UINT32_MAX ? out : out + '/' + std::to_string(p.detail);
  }
  static std::string value_text(const ValueView& view) {
    if (view.encoding == ValueView::Encoding::kBytes)
      return "bytes(" + std::to_string(view.bytes.size()) + ')';
    const std::string digits = std::to_string(view.number(0));
    return digits.substr(0, digits.find('.'));
  }
  [[nodiscard]] std::string text() const {
    std::string out(to_string(operation.direction));
    out += ' ' + std::string(operation.name);
    for (size_t i = 0; i < operation.points.size(); ++i)
      out += (i == 0 ? ": " : ", ") + point_text(operation.points[i]);
    for (size_t i = 0; i < operation.values.size(); ++i)
      out += (i == 0 ? " = " : ", ") + value_text(operation.values[i]);
    return out;
  }
};

// One conversation; the client is the opener.
class Talk {
 public:
  Fault client(const Bytes& datagram) { return say(Side::kRequest, datagram); }
  Fault device(const Bytes& datagram) { return say(Side::kResponse, datagram); }
  [[nodiscard]] const Told& last() const { return recorder_->all.back(); }
  [[nodiscard]] size_t count() const { return recorder_->all.size(); }

 private:
  Fault say(Side side, const Bytes& datagram) {
    return connection_->datagram(side, datagram, *recorder_);
  }
  std::unique_ptr<Connection> connection_ = std::make_unique<Connection>();
  std::unique_ptr<Recorder> recorder_ = std::make_unique<Recorder>();
};

// The one operation of a datagram that parses.
inline Told told(const Bytes& datagram) {
  Talk talk;
  const Fault fault = talk.client(datagram);
  if (fault.kind != FaultKind::kNone) {
    Told none;
    none.text = std::string(to_string(fault.kind)) + " at " + std::to_string(fault.offset);
    return none;
  }
  return talk.last();
}
inline std::string said(const Bytes& datagram) {
  return told(datagram).text;
}
inline Fault fault_of(const Bytes& datagram) {
  Talk talk;
  return talk.client(datagram);
}

}  // namespace bulkhead::wire::bacnet::test
