// SPDX-License-Identifier: Apache-2.0
// What passes unread, in the image: its version, its terms, and what the verifier finds.
#include <catch2/catch.hpp>

#include "image/compile.h"
#include "image/verifier.h"
#include "image/view.h"
#include "policy/yaml.h"

namespace bulkhead::image {
namespace {

const PrivateKey kKey{9};
using Bytes = std::vector<uint8_t>;

Bytes compiled(const std::string& services) {
  const auto loaded = policy::load_yaml(
      "identities:\n"
      "  - { name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }\n"
      "  - { name: b, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.2 } }\n"
      "relationships:\n  - { name: r, from: a, to: b, " +
          services + " }\n",
      "t.yaml");
  for (const auto& finding : loaded.findings) UNSCOPED_INFO(to_string(finding));
  REQUIRE(loaded.ok());
  auto bytes = compile(loaded.policy, {"g", 1, 0});
  if (!bytes) FAIL(bytes.error().sentence);
  REQUIRE(sign(*bytes, kKey).ok());
  return std::move(*bytes);
}

template <typename T>
T& record(Bytes& bytes, SectionId id) {
  const auto& ref = reinterpret_cast<ImageHeader*>(bytes.data())->sections[static_cast<size_t>(id)];
  REQUIRE(ref.count != 0);
  return *reinterpret_cast<T*>(bytes.data() + ref.offset);
}

uint32_t count(const Bytes& bytes, SectionId id) {
  return reinterpret_cast<const ImageHeader*>(bytes.data())
      ->sections[static_cast<size_t>(id)]
      .count;
}

std::string refusal(const Bytes& bytes) {
  const auto status = verify(bytes, {*public_key_of(kKey), "g"});
  return status.ok() ? "" : status.error().sentence;
}

constexpr const char* kServices =
    "mqtt: { allow: [], opaque: { tls: { server_name: [Broker, other] }, rate: \"5/s burst 9\" } }";

void refused(void (*change)(Bytes&), const std::string& sentence) {
  Bytes bytes = compiled(kServices);
  REQUIRE(refusal(bytes).empty());
  change(bytes);
  REQUIRE(sign(bytes, kKey).ok());
  CHECK(refusal(bytes) == "image: " + sentence);
}

OpaqueRecord& terms(Bytes& bytes) {
  return record<OpaqueRecord>(bytes, SectionId::kOpaqueTerms);
}

}  // namespace

TEST_CASE("image: only what lets something pass unread is of version 7", "[image][opaque]") {
  const auto version = [](const char* services) {
    return reinterpret_cast<const ImageHeader*>(compiled(services).data())->layout_version;
  };
  CHECK(version("modbus: { allow: [read] }") == 2);
  CHECK(version("mqtt: { allow: [read] }, tcp: { ports: [22] }") == 5);
  CHECK(version("modbus: { allow: [], opaque: allow }") == 7);
  CHECK(refusal(compiled("modbus: { allow: [], opaque: allow }")).empty());
}

TEST_CASE("image: equal terms are stored once, rates by themselves", "[image][opaque]") {
  CHECK(count(compiled("modbus: { allow: [], opaque: allow }, mqtt: { allow: [], opaque: allow }"),
              SectionId::kOpaqueTerms) == 1);
  CHECK(count(compiled("modbus: { allow: [], opaque: { rate: \"5/s\" } }, "
                       "mqtt: { allow: [], opaque: { rate: \"5/s\" } }"),
              SectionId::kOpaqueTerms) == 2);
}

TEST_CASE("image: an edit elsewhere does not change the rate of what passes unread",
          "[image][opaque]") {
  Bytes before = compiled(kServices);
  Bytes after = compiled(std::string(kServices) + ", udp: { ports: [9] }");
  CHECK(terms(before).limit_id == terms(after).limit_id);
  CHECK(terms(before).limit_id != 0);
}

TEST_CASE("image: terms of what passes unread that cannot be are refused", "[image][opaque]") {
  refused([](Bytes& b) { terms(b).min_version = 0x0300; },
          "opaque terms 0: version is none of TLS");
  refused([](Bytes& b) { terms(b).min_version = 0x0305; },
          "opaque terms 0: version is none of TLS");
  refused([](Bytes& b) { terms(b).reserved = 1; }, "opaque terms 0: reserved field is set");
  refused([](Bytes& b) { terms(b).server_names.count = 3; },
          "opaque terms 0: names are out of range");
  refused([](Bytes& b) { terms(b).burst = 0; }, "opaque terms 0: rate is out of range");
  refused([](Bytes& b) { record<ServiceRecord>(b, SectionId::kServices).expects = 2; },
          "service 0: what passes unread is out of range");
}

}  // namespace bulkhead::image
