// SPDX-License-Identifier: Apache-2.0
#include "plant.h"

namespace bulkhead::test {
namespace {

std::string identity(const char* name, const char* gateway, const char* port, const Asset& asset,
                     const std::string& role) {
  return std::string("  - { name: ") + name + ", kind: device, labels: { role: " + role +
         " }, bind: { gateway: " + gateway + ", port: " + port + ", ip: " + asset.ip + ", mac: \"" +
         asset.mac + "\" } }\n";
}

}  // namespace

std::string plant(const PlantPolicy& p) {
  std::string yaml = "identities:\n";
  yaml += identity("hmi", "gw-a", "zone0", kHmi, p.hmi_role);
  yaml += identity("stranger", "gw-a", "zone0", kStranger, "none");
  yaml += identity("near-plc", "gw-a", "zone1", kNearPlc, "plc");
  yaml += identity("plc", "gw-b", "zone0", kPlc, "plc");
  // Someone always has the role, so that the selector matches.
  yaml += identity("spare", "gw-b", "zone1", {"10.30.0.99", "02:00:00:00:00:99"}, "hmi");
  yaml += R"(relationships:
  - name: hmi-operates-plc
    from: { role: hmi }
    to: { role: plc }
    modbus:
      allow:
        - read:  { units: [1], holding: ["0-199"] }
        - write: { units: [1], holding: ["100-119"], value: "0..1500" }
    refuse_with: )" +
          p.refuse_with + "\n    mode: " + p.mode + R"(
  - name: hmi-talks-to-plc
    from: { role: hmi }
    to: { role: plc }
    icmp: { echo: true }
    udp: { ports: [5000] }
    tcp: { ports: [8080] }
    refuse_with: drop
)";
  if (p.grant)
    yaml += R"(grants:
  - name: chg-1
    subject: vendor/alice
    on: hmi
    to: near-plc
    tcp: { ports: [22] }
    from: 2027-01-15T07:00Z
    until: 2027-01-15T09:00Z
    ticket: CHG-1
    approved_by: [j.keller, m.ito]
)";
  return yaml + p.extra;
}

}  // namespace bulkhead::test
