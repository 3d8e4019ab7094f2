// SPDX-License-Identifier: Apache-2.0
// A small plant for tests: an HMI that may read and write a little of one PLC, and a safety PLC.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "policy/reference.h"
#include "policy/yaml.h"

namespace bulkhead::policy {

inline constexpr const char* kPlantYaml = R"(identities:
  - { name: hmi, bind: { gateway: gw-1, port: zone0, mac: '02:00:00:00:00:01', ip: 10.0.0.1 }, labels: { role: hmi } }
  - { name: plc, bind: { gateway: gw-2, port: zone0, mac: '02:00:00:00:00:01', ip: 10.0.0.2 }, labels: { role: plc } }
  - { name: safety, bind: { gateway: gw-2, port: zone0, mac: '02:00:00:00:00:01', ip: 10.0.0.3 }, labels: { role: plc, safety: "yes" } }
  - { name: stranger, bind: { gateway: gw-1, port: zone0, mac: '02:00:00:00:00:01', ip: 10.0.0.4 } }
relationships:
  - name: operate
    from: { role: hmi }
    to: { role: plc }
    modbus:
      allow:
        - read: { units: [1], holding: ["0-199"] }
        - write: { units: [1], holding: ["100-119"], value: "0..1500" }
    icmp: { echo: true }
  - name: engineer
    from: hmi
    to: safety
    tcp: { ports: [102] }
never:
  - { name: no-safety-writes, to: { safety: "yes" }, operations: [write, program] }
grants:
  - { name: visit, subject: alice, on: stranger, to: plc, until: 2026-01-01T00:00Z, tcp: { ports: [22] } }
)";

inline Policy load_plant(const std::string& extra = {}) {
  auto loaded = load_yaml(kPlantYaml + extra, "plant.yaml");
  for (const auto& finding : loaded.findings) INFO(to_string(finding));
  REQUIRE(loaded.ok());
  return std::move(loaded.policy);
}

// 2025-06-01, before the grant ends.
inline constexpr int64_t kDuring = 1'748'736'000'000'000'000;
// 2026-06-01
inline constexpr int64_t kAfter = 1'780'272'000'000'000'000;

inline AccessRequest tcp(const char* from, const char* to, uint16_t port,
                         const wire::Operation* operation = nullptr) {
  return {from, to, 6, port, operation, kDuring};
}

// A Modbus operation on holding registers; its one value, when it has one, is big endian in
// `bytes`.
struct HoldingOperation {
  uint8_t bytes[2] = {};
  wire::Operation operation;

  HoldingOperation(wire::OperationClass cls, uint16_t code, uint32_t first, uint32_t last) {
    operation.app = wire::App::kModbus;
    operation.cls = cls;
    operation.code = code;
    operation.unit = 1;
    (void)operation.points.push_back({wire::PointType::kHolding, cls, first, last});
  }
  static HoldingOperation read(uint32_t first, uint32_t last) {
    return {wire::OperationClass::kRead, 3, first, last};
  }
};

// Not copied: the view points into it.
struct WriteOperation : HoldingOperation {
  WriteOperation(uint32_t point, uint16_t value)
      : HoldingOperation(wire::OperationClass::kWrite, 6, point, point) {
    bytes[0] = static_cast<uint8_t>(value >> 8);
    bytes[1] = static_cast<uint8_t>(value);
    (void)operation.values.push_back({wire::ValueView::Encoding::kBe16, 0, 1, bytes});
  }
  WriteOperation(const WriteOperation&) = delete;
};

}  // namespace bulkhead::policy
