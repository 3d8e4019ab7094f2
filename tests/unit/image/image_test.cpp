// SPDX-License-Identifier: Apache-2.0
// Compiler, verifier and view on hand-made policies; random ones are in tests/property.
#include <catch2/catch.hpp>
#include <cstring>

#include "image/compile.h"
#include "image/verifier.h"
#include "image/view.h"
#include "policy/yaml.h"

namespace bulkhead::image {
namespace {

constexpr const char* kYaml = R"(identities:
  - { name: hmi, bind: { gateway: gw-1, port: zone0, vlan: 30, mac: "00:1d:9c:00:00:11", ip: 10.0.0.1 } }
  - { name: plc, bind: { gateway: gw-2, port: zone1, mac: '02:00:00:00:00:01', ip: "2001:db8::2" }, labels: { role: plc } }
  - { name: plc-b, bind: { gateway: gw-2, port: zone1, mac: '02:00:00:00:00:01', ip: 10.0.0.3 }, labels: { role: plc } }
  - { name: alice, kind: user }
relationships:
  - { name: b-reads, from: hmi, to: { role: plc }, modbus: { allow: [read] }, refuse_with: drop }
  - { name: a-pings, from: hmi, to: { role: plc }, icmp: { echo: true } }
grants:
  - { name: visit, subject: alice, on: hmi, to: plc, from: 2026-01-01T00:00Z, until: 2026-01-02T00:00Z, tcp: { ports: [22] } }
)";

const PrivateKey kKey{9};

std::vector<uint8_t> compiled(const std::string& yaml,
                              const CompileOptions& options = {"gw-1", 5, 77}) {
  const auto loaded = policy::load_yaml(yaml, "t.yaml");
  REQUIRE(loaded.ok());
  auto bytes = compile(loaded.policy, options);
  REQUIRE(bytes.ok());
  REQUIRE(sign(*bytes, kKey).ok());
  return std::move(*bytes);
}

Expectation expect(std::string_view gateway = "gw-1") {
  return {*public_key_of(kKey), gateway};
}

std::string refusal(const std::vector<uint8_t>& bytes, const Expectation& expected) {
  const auto status = verify(bytes, expected);
  return status.ok() ? "" : status.error().sentence;
}

ImageHeader& header(std::vector<uint8_t>& bytes) {
  return *reinterpret_cast<ImageHeader*>(bytes.data());
}

template <typename T>
T& record(std::vector<uint8_t>& bytes, SectionId id, size_t index) {
  const auto& ref = header(bytes).sections[static_cast<size_t>(id)];
  return *reinterpret_cast<T*>(bytes.data() + ref.offset + index * sizeof(T));
}

TEST_CASE("image: header and records hold what the policy says", "[image]") {
  const auto bytes = compiled(kYaml);
  REQUIRE(verify(bytes, expect()).ok());
  const ImageView view(bytes);
  CHECK(view.gateway() == "gw-1");
  CHECK(view.generation().value == 5);
  CHECK(view.created_wall_ns() == 77);
  REQUIRE(view.identities().size() == 4);
  REQUIRE(view.gateways().size() == 2);
  CHECK(view.text(view.gateways()[1].name) == "gw-2");
  const auto hmi = view.identity_by_ip(*parse_ip("10.0.0.1"));
  CHECK(view.name_of(hmi) == "hmi");
  CHECK(view.identity(hmi).vlan == 30);
  CHECK(view.text(view.identity(hmi).port) == "zone0");
  CHECK(view.name_of(view.identity_by_ip(*parse_ip("2001:db8::2"))) == "plc");
  CHECK_FALSE(view.identity_by_ip(*parse_ip("10.0.0.2")).valid());
  CHECK_FALSE(view.identity_by_ip(IpAddress{}).valid());
}

TEST_CASE("image: identities that no selector tells apart share a class", "[image]") {
  auto yaml = std::string(kYaml);
  yaml.resize(yaml.find("grants:"));
  const auto bytes = compiled(yaml);
  const ImageView view(bytes);
  CHECK(view.identities()[2].cls == view.identities()[3].cls);
  CHECK(view.identities()[1].cls != view.identities()[2].cls);
}

TEST_CASE("image: flows are decided with relationship, refusal and boundary", "[image]") {
  const auto bytes = compiled(kYaml);
  const ImageView view(bytes);
  const auto hmi = view.identity_by_ip(*parse_ip("10.0.0.1"));
  const auto plc = view.identity_by_ip(*parse_ip("2001:db8::2"));
  const auto modbus = view.decide_flow(hmi, plc, 6, 502, 0);
  CHECK(modbus.allowed);
  CHECK(modbus.app == wire::App::kModbus);
  CHECK(modbus.refuse_with == static_cast<uint8_t>(policy::RefuseWith::kDrop));
  CHECK(view.name_of(modbus.relationship) == "b-reads");
  CHECK(modbus.boundary_wall_ns == INT64_MAX);
  CHECK(view.decide_flow(hmi, plc, 58, 0, 0).allowed);
  CHECK_FALSE(view.decide_flow(plc, hmi, 6, 502, 0).allowed);
  CHECK_FALSE(view.decide_flow(hmi, {}, 6, 502, 0).allowed);
}

TEST_CASE("image: a grant opens at `from` and closes at `until`, and the flow is told when",
          "[image]") {
  const auto bytes = compiled(kYaml);
  const ImageView view(bytes);
  const auto hmi = view.identity_by_ip(*parse_ip("10.0.0.1"));
  const auto plc = view.identity_by_ip(*parse_ip("2001:db8::2"));
  const auto& grant = view.relationships()[2];
  const auto before = view.decide_flow(hmi, plc, 6, 22, grant.from_wall_ns - 1);
  CHECK_FALSE(before.allowed);
  CHECK(before.refusal == Refusal::kExpired);
  CHECK(before.boundary_wall_ns == grant.from_wall_ns);
  const auto during = view.decide_flow(hmi, plc, 6, 22, grant.from_wall_ns);
  CHECK(during.allowed);
  CHECK(during.boundary_wall_ns == grant.until_wall_ns);
  const auto after = view.decide_flow(hmi, plc, 6, 22, grant.until_wall_ns);
  CHECK_FALSE(after.allowed);
  CHECK(after.refusal == Refusal::kExpired);
  CHECK(after.boundary_wall_ns == INT64_MAX);
}

TEST_CASE("image: related is true in both directions where something is open, and nowhere else",
          "[image]") {
  const auto bytes = compiled(kYaml);
  const ImageView view(bytes);
  const auto hmi = view.identity_by_ip(*parse_ip("10.0.0.1"));
  const auto plc = view.identity_by_ip(*parse_ip("2001:db8::2"));
  const auto plc_b = view.identity_by_ip(*parse_ip("10.0.0.3"));
  CHECK(view.related(hmi, plc, 0));
  CHECK(view.related(plc, hmi, 0));
  CHECK_FALSE(view.related(plc, plc_b, 0));
  CHECK_FALSE(view.related(plc, {}, 0));
}

TEST_CASE("image: an empty view denies and answers", "[image]") {
  const ImageView view;
  CHECK(view.empty());
  CHECK(view.generation().value == 0);
  CHECK(view.gateway().empty());
  CHECK_FALSE(view.identity_by_ip(*parse_ip("10.0.0.1")).valid());
  CHECK_FALSE(view.decide_flow({}, {}, 6, 502, 0).allowed);
  NoMemory none;
  CHECK_FALSE(view.decide_operation(Parties{}, 6, 502, {}, 0, none).pass);
}

TEST_CASE("image: a policy without anything compiles to an image that denies", "[image]") {
  const auto bytes = compiled("identities: []\nrelationships: []\n");
  REQUIRE(verify(bytes, expect()).ok());
  CHECK_FALSE(ImageView(bytes).identity_by_ip(*parse_ip("10.0.0.1")).valid());
}

TEST_CASE("image: the verifier names what is wrong with the envelope", "[image][verifier]") {
  const auto good = compiled(kYaml);
  auto bytes = good;
  CHECK(refusal({}, expect()).find("truncated") != std::string::npos);
  bytes.resize(bytes.size() - 1);
  CHECK(refusal(bytes, expect()).find("total size") != std::string::npos);
  bytes = good;
  bytes.push_back(0);
  CHECK(refusal(bytes, expect()).find("total size") != std::string::npos);
  bytes = good;
  header(bytes).magic ^= 1;
  CHECK(refusal(bytes, expect()).find("magic") != std::string::npos);
  bytes = good;
  header(bytes).layout_version = 9;
  CHECK(refusal(bytes, expect()).find("layout version is 9, expected 2 to 8") != std::string::npos);
  bytes = good;
  bytes[bytes.size() / 2] ^= 1;
  CHECK(refusal(bytes, expect()).find("signature") != std::string::npos);
  CHECK(refusal(good, {PublicKey{1}, "gw-1"}).find("signature") != std::string::npos);
  CHECK(refusal(good, expect("gw-2")).find("made for gateway 'gw-1', this is 'gw-2'") !=
        std::string::npos);
}

TEST_CASE("image: the verifier finds each broken record though the signature fits",
          "[image][verifier]") {
  const auto good = compiled(kYaml);
  const auto broken = [&](auto&& change, const char* what) {
    auto bytes = good;
    change(bytes);
    REQUIRE(sign(bytes, kKey).ok());
    INFO(what << " / " << refusal(bytes, expect()));
    CHECK(refusal(bytes, expect()).find(what) != std::string::npos);
  };
  using Bytes = std::vector<uint8_t>;
  broken([](Bytes& b) { header(b).sections[2].offset += 64; }, "section 2: offset");
  broken([](Bytes& b) { header(b).sections[2].count = 0xffff'ffff; },
         "section 2: reaches past the end");
  broken([](Bytes& b) { header(b).sections[2].element_size = 1; }, "section 2: element size");
  broken([](Bytes& b) { b[header(b).header_size] = 1; }, "padding is not zero");
  broken([](Bytes& b) { header(b).gateway.back() = 'x'; }, "gateway name");
  broken(
      [](Bytes& b) { record<IdentityRecord>(b, SectionId::kIdentities, 0).name.offset = 1u << 30; },
      "identity 0: name lies outside");
  broken([](Bytes& b) { record<IdentityRecord>(b, SectionId::kIdentities, 1).cls = 4; },
         "identity 1: class");
  broken([](Bytes& b) { record<IdentityRecord>(b, SectionId::kIdentities, 1).gateway = 2; },
         "identity 1: gateway");
  broken([](Bytes& b) { record<IdentityRecord>(b, SectionId::kIdentities, 1).kind = 9; },
         "identity 1: kind");
  broken(
      [](Bytes& b) {
        std::swap(record<IdentityRecord>(b, SectionId::kIdentities, 0),
                  record<IdentityRecord>(b, SectionId::kIdentities, 1));
      },
      "ascending order");
  broken([](Bytes& b) { record<IdentityRecord>(b, SectionId::kIdentities, 1).ip.bytes[15] ^= 1; },
         "address");
  broken(
      [](Bytes& b) {
        record<RelationshipRecord>(b, SectionId::kRelationships, 0).services.first = 99;
      },
      "relationship 0: services");
  broken([](Bytes& b) { record<RelationshipRecord>(b, SectionId::kRelationships, 0).mode = 2; },
         "relationship 0: mode");
  broken(
      [](Bytes& b) {
        record<RelationshipRecord>(b, SectionId::kRelationships, 2).until_wall_ns = INT64_MIN;
      },
      "relationship 2: window");
  broken([](Bytes& b) { record<ServiceRecord>(b, SectionId::kServices, 1).ports.count = 9; },
         "service 1: ports");
  broken([](Bytes& b) { record<ServiceRecord>(b, SectionId::kServices, 1).app = 200; },
         "service 1: application");
  broken([](Bytes& b) { record<ServiceRecord>(b, SectionId::kServices, 1).rules.first = 7; },
         "service 1: rules");
  broken([](Bytes& b) { record<RuleRecord>(b, SectionId::kRules, 0).cls = 0; }, "rule 0: class");
  broken(
      [](Bytes& b) {
        record<RuleRecord>(b, SectionId::kRules, 0).points[3] = {0, 7};
      },
      "rule 0: points");
  broken([](Bytes& b) { record<RangeRecord>(b, SectionId::kRanges, 0).last = 0; },
         "range 0: ends before");
  const auto used_pair = [](Bytes& b) -> PairSlot& {
    size_t i = 0;
    while (record<PairSlot>(b, SectionId::kPairIndex, i).source_class == kNone) ++i;
    return record<PairSlot>(b, SectionId::kPairIndex, i);
  };
  broken([&](Bytes& b) { used_pair(b).source_class += 100; }, "class is out of range");
  broken([&](Bytes& b) { used_pair(b).relationships.count = 200; },
         "relationships are out of range");
  broken([&](Bytes& b) { used_pair(b).relationships.first = 0xffff'fff0; },
         "relationships are out of range");
}

TEST_CASE("image: what does not compile is refused with a sentence", "[image]") {
  policy::Policy p;
  CHECK_FALSE(compile(p, {"", 1, 0}).ok());
  CHECK_FALSE(compile(p, {std::string(64, 'g'), 1, 0}).ok());
  CHECK(compile(p, {std::string(63, 'g'), 1, 0}).ok());
  p.identities.push_back({"a", policy::IdentityKind::kDevice, {}, {}, {}});
  p.identities.push_back(p.identities.front());
  const auto twice = compile(p, {"gw-1", 1, 0});
  REQUIRE_FALSE(twice.ok());
  CHECK(twice.error().sentence.find("used already") != std::string::npos);
}

TEST_CASE("image: more relationships between two identities than a packet may cost are refused",
          "[image]") {
  std::string yaml =
      "identities:\n  - { name: a, bind: { gateway: g, port: z, mac: '02:00:00:00:00:01', ip: "
      "10.0.0.1 } }\nrelationships:\n";
  for (int i = 0; i < 257; ++i)
    yaml += "  - { name: r" + std::to_string(i) + ", from: a, to: a, icmp: { echo: true } }\n";
  const auto loaded = policy::load_yaml(yaml, "t.yaml");
  REQUIRE(loaded.ok());
  const auto result = compile(loaded.policy, {"gw-1", 1, 0});
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == ErrorCode::kExhausted);
}

TEST_CASE("image: the digest is SHA-256 of all bytes", "[image]") {
  const std::vector<uint8_t> abc = {'a', 'b', 'c'};
  const auto digest = digest_of(abc);  // FIPS 180-4, example "abc"
  CHECK(digest[0] == 0xba);
  CHECK(digest[1] == 0x78);
  CHECK(digest[31] == 0xad);
}

TEST_CASE("image: keys and signatures are RFC 8032 Ed25519", "[image]") {
  // RFC 8032 7.1, test 1.
  const PrivateKey secret = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
                             0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
                             0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
  const auto key = public_key_of(secret);
  REQUIRE(key.ok());
  CHECK((*key)[0] == 0xd7);
  CHECK((*key)[31] == 0x1a);
}

}  // namespace
}  // namespace bulkhead::image
