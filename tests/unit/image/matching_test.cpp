// SPDX-License-Identifier: Apache-2.0
// Pattern databases in the image: their version, what flows are told, and what the verifier finds.
#include <catch2/catch.hpp>

#include "image/compile.h"
#include "image/compiler.h"
#include "image/verifier.h"
#include "image/view.h"
#include "policy/yaml.h"

namespace bulkhead::image {
namespace {

const PrivateKey kKey{9};
using Bytes = std::vector<uint8_t>;
using match::Protocol;

policy::Policy policy_with(const std::string& services, const std::string& extra = "") {
  const auto loaded = policy::load_yaml(
      "identities:\n"
      "  - { name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }\n"
      "  - { name: b, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: 10.0.0.2 } }\n"
      "relationships:\n  - { name: r, from: a, to: b, " +
          services + " }\n" + extra,
      "t.yaml");
  for (const auto& finding : loaded.findings) UNSCOPED_INFO(to_string(finding));
  REQUIRE(loaded.ok());
  return loaded.policy;
}

Bytes compiled(const std::string& services, const std::string& extra = "") {
  auto bytes = compile(policy_with(services, extra), {"g", 1, 0});
  if (!bytes) FAIL(bytes.error().sentence);
  REQUIRE(sign(*bytes, kKey).ok());
  return std::move(*bytes);
}

constexpr const char* kServices =
    "tcp: { ports: [5020], protocol: [ssh, rdp] }, udp: { ports: [5000] }, signatures: [s]";
constexpr const char* kSets =
    "signatures:\n  - name: s\n    rules: |\n"
    "      drop tcp any any -> any any (msg:\"two\"; content:\"one\"; content:\"two\"; sid:1;)\n"
    "      alert udp any any -> any any (msg:\"unit\"; content:\"x\"; offset:3; sid:2;)\n";

template <typename T>
T& record(Bytes& bytes, SectionId id, size_t index) {
  const auto& ref = reinterpret_cast<ImageHeader*>(bytes.data())->sections[static_cast<size_t>(id)];
  REQUIRE(index < ref.count);
  return *reinterpret_cast<T*>(bytes.data() + ref.offset + index * sizeof(T));
}

std::string refusal(const Bytes& bytes) {
  const auto status = verify(bytes, {*public_key_of(kKey), "g"});
  return status.ok() ? "" : status.error().sentence;
}

uint32_t version_of(const Bytes& bytes) {
  return reinterpret_cast<const ImageHeader*>(bytes.data())->layout_version;
}

FlowDecision asked(const Bytes& bytes, uint16_t port, uint8_t protocol = 6) {
  return ImageView(bytes).decide_flow(IdentityIndex(0), IdentityIndex(1), protocol, port, 0);
}

TEST_CASE("image: only what opens opaque TCP, or has signatures, is of version 5", "[image]") {
  CHECK(version_of(compiled("udp: { ports: [5000] }")) == 2);
  CHECK(version_of(compiled("modbus: { allow: [read] }")) == 2);
  CHECK(version_of(compiled("tcp: { ports: [22] }")) == 5);
  CHECK(version_of(compiled(kServices, kSets)) == 5);
  CHECK(refusal(compiled(kServices, kSets)) == "");
}

TEST_CASE("image: a flow is told what it may carry and what looks at it", "[image]") {
  const Bytes named = compiled(kServices, kSets);
  CHECK(asked(named, 5020).protocols == (match::bit(Protocol::kSsh) | match::bit(Protocol::kRdp)));
  CHECK(asked(named, 5020).signatures == 1);
  CHECK(asked(named, 5000, 17).protocols == 0);
  CHECK(asked(named, 5000, 17).signatures == 1);
  const Bytes usual = compiled("tcp: { ports: [22, 5020] }");
  CHECK(asked(usual, 22).protocols == (match::plant_protocols() | match::bit(Protocol::kSsh)));
  CHECK(asked(usual, 5020).protocols == match::plant_protocols());
  CHECK(asked(compiled("tcp: { ports: [1], protocol: any }"), 1).protocols == match::kAnyProtocol);
  CHECK(asked(compiled("modbus: { allow: [read] }"), 502).protocols == 0);
}

TEST_CASE("image: two relationships that open a port let pass what either names", "[image]") {
  const Bytes both =
      compiled("tcp: { ports: [1], protocol: ssh }",
               "  - { name: q, from: a, to: b, tcp: { ports: [1], protocol: rdp } }\n");
  CHECK(asked(both, 1).protocols == (match::bit(Protocol::kSsh) | match::bit(Protocol::kRdp)));
}

TEST_CASE("image: the order of rules and sets makes no difference, nor does the way there",
          "[image]") {
  const std::string one =
      "      drop tcp any any -> any any (msg:\"a\"; content:\"one\"; sid:1;)\n";
  const std::string two =
      "      drop tcp any any -> any any (msg:\"b\"; content:\"two\"; sid:2;)\n";
  const auto sets = [](const std::string& rules) {
    return "signatures:\n  - name: s\n    rules: |\n" + rules;
  };
  const std::string services = "tcp: { ports: [1] }, signatures: s";
  CHECK(compiled(services, sets(one + two)) == compiled(services, sets(two + one)));
  Compiler compiler("g");
  REQUIRE(compiler.assign(std::make_shared<policy::Policy>(policy_with(services, sets(one)))).ok());
  REQUIRE(compiler.build(1, 0).ok());
  REQUIRE(compiler.assign(std::make_shared<policy::Policy>(policy_with(services, sets(one + two))))
              .ok());
  CHECK(*compiler.build(1, 0) == *compile(policy_with(services, sets(one + two)), {"g", 1, 0}));
}

TEST_CASE("image: the verifier finds each broken pattern table though the signature fits",
          "[image][verifier]") {
  const Bytes good = compiled(kServices, kSets);
  const auto broken = [&](auto&& change, const char* what) {
    Bytes bytes = good;
    change(bytes);
    REQUIRE(sign(bytes, kKey).ok());
    INFO(what << " / " << refusal(bytes));
    CHECK(refusal(bytes).find(what) != std::string::npos);
  };
  using match::IdentifyRecord;
  using match::SignatureRecord;
  const auto signature = [](Bytes& b) -> SignatureRecord& {
    return record<SignatureRecord>(b, SectionId::kSignatures, 0);
  };
  const auto database = [](Bytes& b, size_t i) -> DatabaseRecord& {
    return record<DatabaseRecord>(b, SectionId::kDatabases, i);
  };
  broken([](Bytes& b) { record<uint64_t>(b, SectionId::kExpectations, 0) = 0; }, "expectation 0");
  broken([](Bytes& b) { record<uint64_t>(b, SectionId::kExpectations, 0) = 1ull << 63; },
         "expectation 0");
  broken([](Bytes& b) { record<ServiceRecord>(b, SectionId::kServices, 0).expects = 2; },
         "expectation is out of range");
  broken([](Bytes& b) { record<ServiceRecord>(b, SectionId::kServices, 1).expects = 1; },
         "not opaque TCP");
  broken([](Bytes& b) { record<IdentifyRecord>(b, SectionId::kIdentifyRows, 0).protocol = 200; },
         "later release");
  broken([](Bytes& b) { record<IdentifyRecord>(b, SectionId::kIdentifyRows, 0).side = 3; },
         "identification 0: flags");
  broken([](Bytes& b) { record<IdentifyRecord>(b, SectionId::kIdentifyRows, 0).confirmed = 1; },
         "nothing confirms");
  broken([](Bytes& b) { record<uint64_t>(b, SectionId::kBoundSets, 0) = 2; }, "bound sets 0");
  broken([](Bytes& b) { record<uint32_t>(b, SectionId::kSignaturePatterns, 0) = 1; },
         "signature 0: a pattern is of another");
  broken([&](Bytes& b) { signature(b).set = 1; }, "signature 0: set");
  broken([&](Bytes& b) { signature(b).action = 3; }, "signature 0: action");
  broken([&](Bytes& b) { signature(b).patterns = 3; }, "signature 0: patterns");
  broken([&](Bytes& b) { signature(b).first_slot = 1; }, "signature 0: slots");
  broken([&](Bytes& b) { signature(b).message_length = 1u << 30; }, "signature 0: message");
  broken([&](Bytes& b) { database(b, 1).kind = 1; }, "database 1: kind");
  broken([&](Bytes& b) { database(b, 1).slots = 100'000; }, "database 1: has too many slots");
  broken([&](Bytes& b) { database(b, 1).bytes.count = 1u << 30; }, "database 1: runs");
  broken([&](Bytes& b) { database(b, 1).bytes.count = 100; }, "database 1: pattern database");
  broken([&](Bytes& b) { database(b, 2).kind = 2; }, "database 2: kind");
  broken([](Bytes& b) { record<uint8_t>(b, SectionId::kDatabaseBytes, 0) ^= 1; },
         "database 0: pattern database");
}

}  // namespace
}  // namespace bulkhead::image
