// SPDX-License-Identifier: Apache-2.0
#include "ipc/codec.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "ipc/fields.h"

namespace bulkhead::ipc {
namespace {

// A third Io beside encoder and decoder: fills any message with random values within its limits.
class Randomiser {
 public:
  template <std::integral T>
  void integer(T& v) {
    v = *rc::gen::arbitrary<T>();
  }
  void boolean(bool& v) { v = *rc::gen::arbitrary<bool>(); }
  void code(ErrorCode& v, uint8_t last) {
    v = static_cast<ErrorCode>(*rc::gen::inRange<int>(1, last + 1));
  }
  template <size_t kBytes>
  void raw(std::array<uint8_t, kBytes>& v) {
    v = *rc::gen::arbitrary<std::array<uint8_t, kBytes>>();
  }
  void text(std::string& v, size_t most) {
    v = *rc::gen::container<std::string>(
        *rc::gen::inRange<size_t>(0, std::min<size_t>(most, 80) + 1), rc::gen::arbitrary<char>());
  }
  template <typename T>
  void list(std::vector<T>& v, size_t most) {
    v.resize(*rc::gen::inRange<size_t>(0, std::min<size_t>(most, 5) + 1));
    for (T& item : v) fields(*this, item);
  }
};

template <size_t kIndex = 0>
void random_body(size_t index, Body& out) {
  if constexpr (kIndex < std::variant_size_v<Body>) {
    if (index != kIndex) return random_body<kIndex + 1>(index, out);
    Randomiser io;
    fields(io, out.emplace<kIndex>());
  }
}

Message random_message() {
  Message message;
  message.request_id = *rc::gen::arbitrary<uint32_t>();
  random_body(*rc::gen::inRange<size_t>(0, std::variant_size_v<Body>), message.body);
  return message;
}

std::vector<uint8_t> bytes_of(const Message& message) {
  Result<WipedBytes> bytes = encode(message);
  REQUIRE(bytes.ok());
  return {bytes->span().begin(), bytes->span().end()};
}

Message install_outbound() {
  InstallOutbound body;
  body.peer = "gw-b";
  body.peer_workers = 2;
  OutboundLane lane;
  lane.spi = 0x1234'5678;
  lane.receive_worker = 1;
  lane.source_port = 50001;
  lane.keys.key.fill(0xaa);
  lane.keys.salt.fill(0xbb);
  body.lanes.push_back(lane);
  return {7, std::move(body)};
}

}  // namespace

TEST_CASE("ipc codec: any message, comes back the same", "[ipc][property]") {
  REQUIRE(rc::check("round trip", [] {
    const Message message = random_message();
    const std::vector<uint8_t> bytes = bytes_of(message);
    const Result<Message> back = decode(bytes);
    RC_ASSERT(back.ok());
    RC_ASSERT(back->request_id == message.request_id);
    RC_ASSERT(back->body.index() == message.body.index());
    RC_ASSERT(bytes_of(*back) == bytes);
  }));
}

TEST_CASE("ipc codec: fields, come back where they were", "[ipc]") {
  const Result<Message> back = decode(bytes_of(install_outbound()));
  REQUIRE(back.ok());
  REQUIRE(back->request_id == 7);
  const auto& body = std::get<InstallOutbound>(back->body);
  REQUIRE(body.peer == "gw-b");
  REQUIRE(body.peer_workers == 2);
  REQUIRE(body.lanes.size() == 1);
  REQUIRE(body.lanes[0].spi == 0x1234'5678);
  REQUIRE(body.lanes[0].send_worker == 0);
  REQUIRE(body.lanes[0].receive_worker == 1);
  REQUIRE(body.lanes[0].source_port == 50001);
  REQUIRE(body.lanes[0].keys.key[31] == 0xaa);
  REQUIRE(body.lanes[0].keys.salt[3] == 0xbb);
}

TEST_CASE("ipc codec: any prefix of a message, is refused", "[ipc][property]") {
  REQUIRE(rc::check("prefix", [] {
    const std::vector<uint8_t> bytes = bytes_of(random_message());
    const auto keep = *rc::gen::inRange<size_t>(0, bytes.size());
    const Result<Message> result = decode(std::span(bytes).first(keep));
    RC_ASSERT(!result.ok());
    RC_ASSERT(result.error().code == ErrorCode::kInvalid);
  }));
}

TEST_CASE("ipc codec: bytes after the end, are refused", "[ipc]") {
  std::vector<uint8_t> bytes = bytes_of(install_outbound());
  bytes.push_back(0);
  REQUIRE_FALSE(decode(bytes).ok());
}

TEST_CASE("ipc codec: wrong magic, type 0 and an unknown type, are refused", "[ipc]") {
  std::vector<uint8_t> bytes = bytes_of({1, GetStatus{}});
  SECTION("magic") {
    bytes[0] ^= 1;
  }
  SECTION("type 0") {
    bytes[4] = 0;
  }
  SECTION("type after the last") {
    bytes[4] = std::variant_size_v<Body> + 1;
  }
  SECTION("type far away") {
    bytes[7] = 0xff;
  }
  REQUIRE_FALSE(decode(bytes).ok());
}

TEST_CASE("ipc codec: a count larger than limit or message, is refused before memory is taken",
          "[ipc]") {
  std::vector<uint8_t> bytes = bytes_of({1, Spis{{1, 2, 3}}});
  const uint32_t count = GENERATE(4u, 1025u, 0x1000'0000u, 0xffff'ffffu);
  std::memcpy(&bytes[kMessageHeaderBytes], &count, 4);
  REQUIRE_FALSE(decode(bytes).ok());
}

TEST_CASE("ipc codec: a truth value of 2 and an error code of 0 or 99, are refused", "[ipc]") {
  std::vector<uint8_t> failure = bytes_of({1, Failure{{ErrorCode::kIo, "x"}}});
  failure[kMessageHeaderBytes] = GENERATE(uint8_t{0}, uint8_t{99});
  REQUIRE_FALSE(decode(failure).ok());
  std::vector<uint8_t> status = bytes_of({1, DataplaneStatus{}});
  status[kMessageHeaderBytes + 8 + 32 + 2] = 2;
  REQUIRE_FALSE(decode(status).ok());
}

TEST_CASE("ipc codec: strings and lists beyond their limits, are not encoded", "[ipc]") {
  REQUIRE_FALSE(encode({1, RemoveInbound{std::string(kMaxName + 1, 'x'), {}}}).ok());
  REQUIRE_FALSE(encode({1, Spis{std::vector<uint32_t>(kMaxLanes + 1)}}).ok());
  const PeerPath longest{{}, std::string(kMaxName, 'm')};
  const Peer fullest{std::string(kMaxName, 'x'), std::vector<PeerPath>(kMaxPaths, longest), 1, true,
                     std::vector<IpPrefix>(kMaxSources)};
  SetPeers many;
  many.peers.assign(kMaxPeers, fullest);
  const Result<WipedBytes> result = encode({1, std::move(many)});
  REQUIRE_FALSE(result.ok());
  REQUIRE(result.error().code == ErrorCode::kExhausted);
}

TEST_CASE("ipc codec: only hello and install_image, carry a descriptor", "[ipc]") {
  REQUIRE(carries_descriptor(Hello{}));
  REQUIRE(carries_descriptor(InstallImage{}));
  REQUIRE_FALSE(carries_descriptor(SetPeers{}));
  REQUIRE_FALSE(carries_descriptor(Ok{}));
}

}  // namespace bulkhead::ipc
