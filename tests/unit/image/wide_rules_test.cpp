// SPDX-License-Identifier: Apache-2.0
// Rules of protocols other than Modbus in the image: their version, and what the verifier finds.
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
  REQUIRE(loaded.ok());
  auto bytes = compile(loaded.policy, {"g", 1, 0});
  REQUIRE(bytes.ok());
  REQUIRE(sign(*bytes, kKey).ok());
  return std::move(*bytes);
}

constexpr const char* kServices =
    "s7comm: { allow: [ read: { dbs: [\"10:0-99\", \"12\"], flags: [3] }, write: { dbs: [1], "
    "value: \"1..2\", rate: \"2/s\" } ] }, dnp3: { allow: [ read: { files: [\"log*\"] } ] }";

ImageHeader& header(Bytes& bytes) {
  return *reinterpret_cast<ImageHeader*>(bytes.data());
}

template <typename T>
T& record(Bytes& bytes, SectionId id, size_t index) {
  const auto& ref = header(bytes).sections[static_cast<size_t>(id)];
  REQUIRE(index < ref.count);
  return *reinterpret_cast<T*>(bytes.data() + ref.offset + index * sizeof(T));
}

std::string refusal(const Bytes& bytes) {
  const auto status = verify(bytes, {*public_key_of(kKey), "g"});
  return status.ok() ? "" : status.error().sentence;
}

TEST_CASE("image: only a policy that needs it is of version 4", "[image][protocols]") {
  Bytes modbus = compiled("modbus: { allow: [read] }"), wide = compiled(kServices);
  CHECK(header(modbus).layout_version == 2);
  CHECK(header(wide).layout_version == 4);
  CHECK(refusal(wide) == "");
}

TEST_CASE("image: the verifier finds each broken wide rule though the signature fits",
          "[image][verifier][protocols]") {
  const Bytes good = compiled(kServices);
  const auto broken = [&](auto&& change, const char* what) {
    Bytes bytes = good;
    change(bytes);
    REQUIRE(sign(bytes, kKey).ok());
    INFO(what << " / " << refusal(bytes));
    CHECK(refusal(bytes).find(what) != std::string::npos);
  };
  const auto rule = [](Bytes& b) -> WideRuleRecord& {
    return record<WideRuleRecord>(b, SectionId::kWideRules, 0);
  };
  broken([&](Bytes& b) { rule(b).cls = 0; }, "wide rule 0: class");
  broken([&](Bytes& b) { rule(b).any_unit = 2; }, "wide rule 0: flags");
  broken([&](Bytes& b) { rule(b).reserved[1] = 1; }, "wide rule 0: flags");
  broken([&](Bytes& b) { rule(b).value_first = 9; }, "wide rule 0: value bounds");
  broken([&](Bytes& b) { rule(b).value_last = UINT64_MAX; }, "wide rule 0: value bounds");
  broken([&](Bytes& b) { rule(b).burst = 1; }, "wide rule 0: rate");
  broken([&](Bytes& b) { rule(b).functions = {0, 99}; }, "wide rule 0: functions");
  broken([&](Bytes& b) { rule(b).units.first = 1; }, "wide rule 0: units");
  broken([&](Bytes& b) { rule(b).points.count = 99; }, "wide rule 0: points");
  broken([](Bytes& b) { record<WideRangeRecord>(b, SectionId::kWideRanges, 0).last = 0; },
         "wide range 0: ends before it begins");
  broken([](Bytes& b) { record<PointSetRecord>(b, SectionId::kPointSets, 0).type = 0; },
         "point set 0: type");
  broken(
      [](Bytes& b) {
        record<PointSetRecord>(b, SectionId::kPointSets, 0).names = {0, 9};
      },
      "point set 0: names");
  broken([](Bytes& b) { record<PointNameRecord>(b, SectionId::kPointNames, 0).prefix = 2; },
         "point name 0: flags");
  broken([](Bytes& b) { record<PointNameRecord>(b, SectionId::kPointNames, 0).text.count = 99; },
         "point name 0: text");
  broken([](Bytes& b) { record<ServiceRecord>(b, SectionId::kServices, 0).rules.count = 99; },
         "service 0: rules");
}

}  // namespace
}  // namespace bulkhead::image
