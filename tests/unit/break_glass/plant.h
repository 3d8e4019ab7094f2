// SPDX-License-Identifier: Apache-2.0
// A policy with one break-glass grant, three approvers with keys of their own, and requests.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "break_glass/statement.h"
#include "image/compile.h"
#include "image/verifier.h"
#include "policy/yaml.h"

namespace bulkhead::break_glass {

inline constexpr image::PrivateKey kKeller{1}, kIto{2}, kWeber{3}, kStranger{9};
inline constexpr int64_t kNow = 1'800'000'000'000'000'000;
inline constexpr int64_t kHour = 3'600'000'000'000;

inline std::string key_text(const image::PrivateKey& key) {
  const auto raw = image::public_key_of(key);
  REQUIRE(raw.ok());
  std::string out = "ed25519:";
  constexpr const char* kDigits = "0123456789abcdef";
  for (const uint8_t byte : *raw) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

// `approvers`: of the grant.
inline std::string plant_yaml(const std::string& approvers = "[keller, ito, weber]") {
  return R"(identities:
  - { name: hmi, bind: { gateway: gw-a, port: zone0, mac: '02:00:00:00:00:01', ip: 10.0.0.1 } }
  - { name: plc, bind: { gateway: gw-a, port: zone1, mac: '02:00:00:00:00:02', ip: 10.0.0.2 } }
relationships: []
approvers:
  - { name: keller, key: ")" +
         key_text(kKeller) + "\" }\n  - { name: ito, key: \"" + key_text(kIto) +
         "\" }\n  - { name: weber, key: \"" + key_text(kWeber) + R"(" }
break_glass:
  - { name: emergency, on: hmi, to: plc, tcp: { ports: [502] }, for: 2h, approvers: )" +
         approvers + " }\n";
}

inline std::vector<uint8_t> plant_image(const std::string& yaml = plant_yaml(),
                                        const std::string& gateway = "gw-a") {
  auto loaded = policy::load_yaml(yaml, "plant.yaml");
  for (const auto& finding : loaded.findings) INFO(policy::to_string(finding));
  REQUIRE(loaded.ok());
  auto image = image::compile(loaded.policy, {gateway, 1, kNow});
  REQUIRE(image.ok());
  return std::move(*image);
}

inline OpeningRequest request_for(int64_t until_wall_ns) {
  OpeningRequest out;
  out.statement = {"emergency", {"gw-a", "gw-b"}, until_wall_ns, "pump 3 does not stop", {7}};
  return out;
}

inline OpeningRequest signed_by_two(int64_t until_wall_ns) {
  OpeningRequest out = request_for(until_wall_ns);
  REQUIRE(sign(out, "keller", kKeller).ok());
  REQUIRE(sign(out, "ito", kIto).ok());
  return out;
}

}  // namespace bulkhead::break_glass
