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

constexpr const char* kOverOperations =
    "modbus: { allow: [read, write] }, tcp: { ports: [5020] }, signatures: [s]";
constexpr const char* kOperationSets =
    "signatures:\n  - name: s\n    rules: |\n"
    "      drop tcp any any -> any [20000,502] (msg:\"o\"; operation:modbus.write_single_coil; "
    "content:\"x\"; sid:1;)\n"
    "      drop tcp any any -> any any (msg:\"p\"; operation:write; sid:2;)\n"
    "      alert tcp any 1:9 -> any any (msg:\"q\"; content:\"y\"; sid:3;)\n";

TEST_CASE("image: only signatures with ports or operations are of version 6", "[image]") {
  const auto one = [](const std::string& header, const std::string& options) {
    return compiled("modbus: { allow: [read] }, signatures: s",
                    "signatures:\n  - name: s\n    rules: |\n      drop tcp " + header +
                        " (msg:\"m\"; sid:1; " + options + ")\n");
  };
  CHECK(version_of(one("any any -> any any", "content:\"x\";")) == 5);
  CHECK(version_of(one("any any <> any any", "content:\"x\";")) == 5);
  CHECK(version_of(one("any any -> any 502", "content:\"x\";")) == 6);
  CHECK(version_of(one("any any -> any any", "operation:write;")) == 6);
  CHECK(refusal(one("any any -> any any", "operation:write;")) == "");
  CHECK(refusal(compiled(kOverOperations, kOperationSets)) == "");
}

TEST_CASE("image: terms of signatures are those of their rules, by database", "[image]") {
  const Bytes bytes = compiled(kOverOperations, kOperationSets);
  const ImageView view(bytes);
  const Sections& s = view.sections();
  REQUIRE(s.databases.size() == 3);  // of first bytes, too
  const auto ports = [&](const match::SignatureTables& tables, size_t i) {
    const match::SignatureTermRecord& term = tables.terms[i];
    return std::vector<match::SignatureRange>(tables.ranges.begin() + term.first_range,
                                              tables.ranges.begin() + term.first_range +
                                                  term.source_ports + term.destination_ports +
                                                  term.codes);
  };
  using Ranges = std::vector<match::SignatureRange>;
  const auto streams = s.tables_of(s.databases[1]), operations = s.tables_of(s.databases[2]);
  REQUIRE(streams.signatures.size() == 1);
  CHECK(ports(streams, 0) == Ranges{{1, 9}});
  CHECK_FALSE(streams.terms[0].about_operations());
  REQUIRE(operations.signatures.size() == 2);
  CHECK(ports(operations, 0) == Ranges{{502, 502}, {20000, 20000}, {5, 5}});
  CHECK(operations.terms[0].about_operations());
  CHECK(operations.signatures[1].patterns == 0);
  CHECK(operations.terms[1].cls == static_cast<uint8_t>(wire::OperationClass::kWrite));
}

TEST_CASE("image: the verifier finds each broken term of a signature", "[image][verifier]") {
  const Bytes good = compiled(kOverOperations, kOperationSets);
  using match::SignatureTermRecord;
  const auto broken = [&](auto&& change, const char* what) {
    Bytes bytes = good;
    change(bytes);
    REQUIRE(sign(bytes, kKey).ok());
    INFO(what << " / " << refusal(bytes));
    CHECK(refusal(bytes).find(what) != std::string::npos);
  };
  // 0: bytes from ports; 1: an operation with ports and a code; 2: a class.
  const auto term = [](Bytes& b, size_t i) -> SignatureTermRecord& {
    return record<SignatureTermRecord>(b, SectionId::kSignatureTerms, i);
  };
  const auto range = [](Bytes& b, size_t i) -> match::SignatureRange& {
    return record<match::SignatureRange>(b, SectionId::kSignatureRanges, i);
  };
  broken([&](Bytes& b) { term(b, 0).first_range = 5; }, "signature terms 0: ports");
  broken([&](Bytes& b) { term(b, 0).first_range = UINT32_MAX; }, "signature terms 0: ports");
  broken([&](Bytes& b) { term(b, 0).source_ports = 9; }, "signature terms 0: ports");
  broken([&](Bytes& b) { term(b, 1).destination_ports = 200; }, "signature terms 1: ports");
  broken([&](Bytes& b) { range(b, 0).last = 65536; }, "signature terms 0: ports");
  broken([&](Bytes& b) { range(b, 0).first = 10; }, "signature terms 0: ports");
  broken([&](Bytes& b) { range(b, 2).first = 503; }, "signature terms 1: ports");
  broken([&](Bytes& b) { term(b, 1).codes = 2; }, "signature terms 1: codes");
  broken([&](Bytes& b) { range(b, 3).first = 6; }, "signature terms 1: codes");
  broken([&](Bytes& b) { term(b, 1).app = 0; }, "signature terms 1: codes");
  broken([&](Bytes& b) { term(b, 1).codes = 0; }, "signature terms 1: operation");
  broken([&](Bytes& b) { term(b, 1).app = 200; }, "signature terms 1: operation");
  broken([&](Bytes& b) { term(b, 2).cls = 9; }, "signature terms 2: operation");
  broken([&](Bytes& b) { term(b, 2).cls = 0; }, "signature 2: is about an operation, or is not");
  broken([&](Bytes& b) { term(b, 0).cls = 1; }, "signature 0: is about an operation, or is not");
  broken([&](Bytes& b) { term(b, 0).either_way = 2; }, "signature terms 0: flags");
  broken([&](Bytes& b) { term(b, 0).reserved = 1; }, "signature terms 0: flags");
  broken(
      [&](Bytes& b) {
        term(b, 2) = {};
        reinterpret_cast<ImageHeader*>(b.data())
            ->sections[static_cast<size_t>(SectionId::kSignatureTerms)]
            .count = 2;
      },
      "signature terms 0: are not one for each");
  broken([&](Bytes& b) { record<DatabaseRecord>(b, SectionId::kDatabases, 2).kind = 5; },
         "database 2: kind");
  broken([&](Bytes& b) { record<DatabaseRecord>(b, SectionId::kDatabases, 2).bytes = {}; },
         "database 2: pattern database");
  broken(
      [&](Bytes& b) {
        record<match::SignatureRecord>(b, SectionId::kSignatures, 2).first_slot = 0;
      },
      "signature 2: slots");
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

// Two set names; the second is for whom the text says.
std::string set_for(const std::string& whom) {
  return "signatures:\n  - name: a\n    rules: |\n"
         "      drop tcp any any -> any any (msg:\"a\"; content:\"one\"; sid:1;)\n"
         "  - name: s\n    for: " +
         whom +
         "\n    rules: |\n"
         "      drop tcp any any -> any any (msg:\"b\"; content:\"two\"; sid:2;)\n";
}

TEST_CASE("image: a set that is for one end looks at the flow, in version 8", "[image]") {
  const std::string services = "tcp: { ports: [1] }";
  const auto to_source = compiled(services, set_for("{ name: a }"));
  const auto to_destination = compiled(services, set_for("{ name: b }"));
  CHECK(version_of(to_source) == 8);
  CHECK(refusal(to_source) == "");
  CHECK(asked(to_source, 1).signatures == 2);
  CHECK(asked(to_destination, 1).signatures == 2);
  CHECK(asked(compiled(services + ", signatures: a", set_for("{ name: b }")), 1).signatures == 3);
  const auto to_nobody = compiled(services, set_for("{ name: c }"));
  CHECK(version_of(to_nobody) == 5);
  CHECK(asked(to_nobody, 1).signatures == 0);
  CHECK_FALSE(asked(to_source, 2).allowed);
  CHECK(asked(to_source, 2).signatures == 0);
}

TEST_CASE("image: edits of whom a set is for, and of labels, give what the whole policy gives",
          "[image]") {
  const std::string services = "tcp: { ports: [1] }";
  Compiler compiler("g");
  const auto edited = [&](const policy::Policy& policy) {
    REQUIRE(compiler.assign(std::make_shared<policy::Policy>(policy)).ok());
    return *compiler.build(1, 0);
  };
  const auto whole = [](const policy::Policy& policy) { return *compile(policy, {"g", 1, 0}); };
  policy::Policy policy = policy_with(services, set_for("{ line: two }"));
  CHECK(edited(policy) == whole(policy));
  policy.identities[1].labels["line"] = "two";
  const auto labelled = edited(policy);
  CHECK(labelled == whole(policy));
  CHECK(asked(labelled, 1).signatures == 2);
  const auto other = policy_with(services, set_for("{ name: a }"));
  CHECK(edited(other) == whole(other));
  const auto none = policy_with(services);
  CHECK(edited(none) == whole(none));
  CHECK(asked(edited(policy), 1).signatures == 2);
  policy.signatures[1].for_whom->terms.clear();
  const Status refused = compiler.assign(std::make_shared<policy::Policy>(policy));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().sentence.find("signatures[s].for: is empty") != std::string::npos);
}

TEST_CASE("image: the verifier finds class sets that are not there or too few",
          "[image][verifier]") {
  const Bytes good = compiled("tcp: { ports: [1] }", set_for("{ name: b }"));
  Bytes bytes = good;
  record<uint64_t>(bytes, SectionId::kClassSets, 1) = 4;
  REQUIRE(sign(bytes, kKey).ok());
  CHECK(refusal(bytes) == "image: class sets 1: name a set that is not there");
  bytes = good;
  record<IdentityRecord>(bytes, SectionId::kIdentities, 1).cls = 2;
  REQUIRE(sign(bytes, kKey).ok());
  CHECK(refusal(bytes) == "image: identity 1: class is out of range");
  // Fewer: the section's last element is taken for padding.
  bytes = good;
  auto& ref = reinterpret_cast<ImageHeader*>(bytes.data())
                  ->sections[static_cast<size_t>(SectionId::kClassSets)];
  ref.count = 1;
  record<uint64_t>(bytes, SectionId::kClassSets, 0) = 0;
  *reinterpret_cast<uint64_t*>(bytes.data() + ref.offset + 8) = 0;
  REQUIRE(sign(bytes, kKey).ok());
  CHECK(refusal(bytes) == "image: identity 1: has no class sets");
}

}  // namespace
}  // namespace bulkhead::image
