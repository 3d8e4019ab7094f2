// SPDX-License-Identifier: Apache-2.0
#include "mesh/message.h"

#include <catch2/catch.hpp>

namespace bulkhead::mesh {

namespace {

const std::vector<Message> kAll = {
    Message{Hello{"gw-a", {1, 2, 3}, Suite::kAes256Gcm, 3, 0x0102030405060708, 4711}},
    Message{Offer{{256, 257, 0xffffffff}}},
    Message{Ready{}},
    Message{Switched{}},
    Message{Keepalive{{9, 8, 7}}},
    Message{RekeyRequest{RekeyReason::kVolume}},
    Message{Refusal{RefusalCode::kNotReady, "the dataplane is away"}},
    Message{RekeyRequest{RekeyReason::kCertificate}},
    Message{DenyHave{}},
    Message{DenyHave{{{{1, 2}, 7}, {{3}, 0xffffffffffffffff}}}},
    Message{DenyRecord{{0xde, 0xad}}},
    Message{DenyRecord{std::vector<uint8_t>(kMaxDenyRecord, 7)}},
};

}  // namespace

TEST_CASE("mesh message: every type survives encode and decode", "[mesh]") {
  for (const Message& message : kAll) {
    INFO(name_of(message));
    const auto frame = encode(message);
    const auto decoded = decode(frame);
    REQUIRE(decoded.ok());
    REQUIRE(decoded->message == message);
    REQUIRE(decoded->bytes == frame.size());
  }
}

TEST_CASE("mesh message: every prefix needs more, never a value or a fault", "[mesh]") {
  for (const Message& message : kAll) {
    const auto frame = encode(message);
    for (size_t n = 0; n < frame.size(); ++n)
      REQUIRE(decode(std::span(frame).first(n)).need_more());
  }
}

TEST_CASE("mesh message: bytes after a frame are left for the next", "[mesh]") {
  auto bytes = encode(Ready{});
  const size_t first = bytes.size();
  const auto second = encode(Switched{});
  bytes.insert(bytes.end(), second.begin(), second.end());
  const auto decoded = decode(bytes);
  REQUIRE(decoded.ok());
  REQUIRE(decoded->bytes == first);
  REQUIRE(std::holds_alternative<Switched>(decode(std::span(bytes).subspan(first))->message));
}

TEST_CASE("mesh message: a body longer than its type is a bad length", "[mesh]") {
  for (const Message& message : kAll) {
    auto frame = encode(message);
    frame.push_back(0);
    const size_t body = frame.size() - kFrameHeader;
    frame[2] = static_cast<uint8_t>(body >> 8);
    frame[3] = static_cast<uint8_t>(body);
    const auto decoded = decode(frame);
    if (std::holds_alternative<DenyRecord>(message) && body <= kMaxDenyRecord) continue;  // opaque
    REQUIRE(decoded.faulty());
  }
}

TEST_CASE("mesh message: another version, an unknown type and a giant length are faults",
          "[mesh]") {
  auto frame = encode(Ready{});
  frame[0] = 2;
  REQUIRE(decode(frame).fault() == wire::Fault{wire::FaultKind::kBadVersion, 0});
  frame[0] = kVersion;
  frame[1] = 0;
  REQUIRE(decode(frame).fault() == wire::Fault{wire::FaultKind::kBadFunction, 1});
  frame[1] = 99;
  REQUIRE(decode(frame).fault() == wire::Fault{wire::FaultKind::kBadFunction, 1});
  frame[1] = 3;
  frame[2] = 0xff;
  REQUIRE(decode(frame).fault() == wire::Fault{wire::FaultKind::kBadLength, 2});
}

TEST_CASE("mesh message: values that cannot be are faults", "[mesh]") {
  const auto kind = [](const Message& m) { return decode(encode(m)).fault().kind; };
  REQUIRE(kind(Hello{"", {}, Suite::kAes256Gcm, 1, 1, 0}) == wire::FaultKind::kBadValue);
  REQUIRE(kind(Hello{"a", {}, Suite::kAes256Gcm, 0, 1, 0}) == wire::FaultKind::kBadValue);
  REQUIRE(kind(Hello{"a", {}, Suite::kAes256Gcm, 257, 1, 0}) == wire::FaultKind::kBadValue);
  REQUIRE(kind(Offer{}) == wire::FaultKind::kBadValue);
  REQUIRE(kind(Offer{{255}}) == wire::FaultKind::kBadValue);
  REQUIRE(kind(RekeyRequest{RekeyReason{0}}) == wire::FaultKind::kBadValue);
  REQUIRE(kind(RekeyRequest{RekeyReason{6}}) == wire::FaultKind::kBadValue);
  REQUIRE(kind(Refusal{RefusalCode{77}, ""}) == wire::FaultKind::kBadValue);
  REQUIRE(kind(DenyRecord{}) == wire::FaultKind::kBadValue);
}

TEST_CASE("mesh message: an offer above the limit is not encoded", "[mesh]") {
  REQUIRE(decode(encode(Offer{std::vector<uint32_t>(kMaxSpis, 256)})).ok());
  REQUIRE(encode(Offer{std::vector<uint32_t>(kMaxSpis + 1, 256)}).empty());
}

TEST_CASE("mesh message: more signers or a longer deny record than there may be are not encoded",
          "[mesh]") {
  REQUIRE(decode(encode(DenyHave{std::vector<DenyNumber>(kMaxDenySigners)})).ok());
  REQUIRE(encode(DenyHave{std::vector<DenyNumber>(kMaxDenySigners + 1)}).empty());
  REQUIRE(encode(DenyRecord{std::vector<uint8_t>(kMaxDenyRecord + 1)}).empty());
}

TEST_CASE("mesh message: a count of signers that its bytes do not hold is a fault", "[mesh]") {
  auto frame = encode(DenyHave{{{{1}, 1}}});
  frame[kFrameHeader + 1] = 2;
  REQUIRE(decode(frame).faulty());
}

}  // namespace bulkhead::mesh
