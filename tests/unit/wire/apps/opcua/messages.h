// SPDX-License-Identifier: Apache-2.0
// Builds OPC UA messages, and gives them to a connection.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "wire/apps/opcua/opcua.h"

namespace bulkhead::wire::opcua {

struct Bytes {
  std::vector<uint8_t> data;

  Bytes& u8(unsigned v) { return put(v, 1); }
  Bytes& u16(unsigned v) { return put(v, 2); }
  Bytes& u32(uint64_t v) { return put(v, 4); }
  Bytes& u64(uint64_t v) { return put(v, 8); }
  Bytes& text(const std::string& v) {
    u32(v.size());
    return raw(v);
  }
  Bytes& null_text() { return u32(0xffffffff); }
  Bytes& raw(const std::string& v) {
    data.insert(data.end(), v.begin(), v.end());
    return *this;
  }
  Bytes& add(const Bytes& other) {
    data.insert(data.end(), other.data.begin(), other.data.end());
    return *this;
  }
  Bytes& four(unsigned space, unsigned id) { return u8(1).u8(space).u16(id); }
  Bytes& numeric(unsigned space, uint32_t id) { return u8(2).u16(space).u32(id); }
  Bytes& named(unsigned space, const std::string& name) { return u8(3).u16(space).text(name); }

 private:
  Bytes& put(uint64_t v, unsigned n) {
    for (; n != 0; --n, v >>= 8) data.push_back(static_cast<uint8_t>(v));
    return *this;
  }
};

inline Bytes request(unsigned service) {
  Bytes out;
  out.four(0, service).numeric(1, 77);  // token
  return out.u64(0).u32(1).u32(0).null_text().u32(1000).u8(0).u8(0).u8(0);
}
inline Bytes response(unsigned service, uint32_t status = 0) {
  Bytes out;
  out.four(0, service).u64(0).u32(1).u32(status).u8(0);
  return out.u32(0xffffffff).u8(0).u8(0).u8(0);
}

inline Bytes frame_of(const std::string& type, const Bytes& rest) {
  Bytes out;
  out.raw(type).u32(rest.data.size() + 8);
  return out.add(rest);
}
struct Place {
  uint32_t request = 1;
  uint32_t channel = 5;
};
inline Bytes message(const std::string& type, const Bytes& body, Place at = {}) {
  Bytes rest;
  rest.u32(at.channel).u32(1).u32(9).u32(at.request);
  return frame_of(type, rest.add(body));
}
inline const std::string kNone = "http://opcfoundation.org/UA/SecurityPolicy#None";
inline const std::string kSigning = "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256";
inline Bytes open_frame(const std::string& policy, const Bytes& body, uint32_t channel) {
  Bytes rest;
  rest.u32(channel).text(policy).null_text().null_text().u32(9).u32(1);
  return frame_of("OPNF", rest.add(body));
}
inline Bytes open_request(const std::string& policy = kNone) {
  return open_frame(policy, request(446).u32(0).u32(0).u32(1).null_text().u32(3600), 0);
}
inline Bytes open_response(const std::string& policy = kNone, uint32_t channel = 5) {
  const Bytes body = response(449).u32(0).u32(channel).u32(1).u64(0).u32(3600).null_text();
  return open_frame(policy, body, channel);
}
inline Bytes hello(uint32_t receives = 65535, const std::string& url = "opc.tcp://plc:4840") {
  Bytes rest;
  rest.u32(0).u32(receives).u32(65535).u32(0).u32(0).text(url);
  return frame_of("HELF", rest);
}
inline Bytes acknowledge(uint32_t receives = 65535, uint32_t chunks = 0, uint32_t longest = 0) {
  Bytes rest;
  rest.u32(0).u32(receives).u32(65535).u32(longest).u32(chunks);
  return frame_of("ACKF", rest);
}

// What a connection told last, kept with the bytes that it views.
class Told final : public OperationSink {
 public:
  void told() noexcept override { ++count; }
  unsigned count = 0;
};

class Talk {
 public:
  Fault give(Side side, const Bytes& bytes) {
    kept_.push_back(bytes.data);
    told_->count = 0;
    return connection.frame(side, kept_.back(), *told_);
  }
  Fault asks(const Bytes& bytes) { return give(Side::kRequest, bytes); }
  Fault answers(const Bytes& bytes) { return give(Side::kResponse, bytes); }
  // The one operation that the last bytes told.
  const Operation& told() {
    REQUIRE(told_->count == 1);
    return told_->operation;
  }
  const Operation& asked(const Bytes& body, uint32_t id = 1) {
    REQUIRE(asks(message("MSGF", body, {id})) == Fault{});
    return told();
  }
  const Operation& answered(const Bytes& body, uint32_t id = 1) {
    REQUIRE(answers(message("MSGF", body, {id})) == Fault{});
    return told();
  }
  [[nodiscard]] unsigned count() const { return told_->count; }
  void open(const std::string& policy = kNone) {
    REQUIRE(asks(open_request(policy)) == Fault{});
    REQUIRE(answers(open_response(policy)) == Fault{});
  }

  Connection connection;

 private:
  std::unique_ptr<Told> told_ = std::make_unique<Told>();
  std::vector<std::vector<uint8_t>> kept_;
};

constexpr uint64_t node(uint64_t space, uint64_t id) {
  return space << 32 | id;
}
inline Bytes read_request(const std::vector<Bytes>& nodes) {
  Bytes out = request(631).u64(0).u32(0).u32(nodes.size());
  for (const Bytes& each : nodes) out.add(each).u32(13).null_text().u16(0).null_text();
  return out;
}
// `value`: a DataValue.
inline Bytes write_request(const std::vector<std::pair<Bytes, Bytes>>& items) {
  Bytes out = request(673).u32(items.size());
  for (const auto& [each, value] : items) out.add(each).u32(13).null_text().add(value);
  return out;
}
inline Bytes numbered(unsigned space, uint32_t id) {
  return Bytes{}.numeric(space, id);
}

}  // namespace bulkhead::wire::opcua
