// SPDX-License-Identifier: Apache-2.0
#include "policy/scale_plant.h"

#include <algorithm>

#include "wire/protocol_numbers.h"

namespace bulkhead::bench {
namespace {

using policy::NumberRange;
using policy::Policy;
using policy::Relationship;
using policy::Selector;
using policy::Service;
using Kind = policy::SelectorTerm::Kind;
using wire::OperationClass;
using wire::PointType;

constexpr uint32_t kCellsPerArea = 50;
constexpr uint32_t kForms = 16;  // of Modbus rules that cells share
constexpr uint32_t kPlcs = 10;
constexpr int64_t kFrom = 1'790'000'000'000'000'000, kHour = 3'600'000'000'000;

std::string at(const char* what, uint32_t i) {
  return std::string(what) + '-' + std::to_string(i);
}
std::string at(const char* what, uint32_t cell, uint32_t i) {
  return at(what, cell) + '-' + std::to_string(i);
}

Selector named(const std::string& name) {
  Selector out;
  out.terms.push_back({Kind::kName, "", {name}});
  return out;
}
Selector labelled(const char* key, std::vector<std::string> values) {
  Selector out;
  out.terms.push_back({Kind::kIn, key, std::move(values)});
  return out;
}
Selector in_cell(std::vector<std::string> roles, uint32_t cell) {
  Selector out = labelled("role", std::move(roles));
  out.terms.push_back({Kind::kIn, "cell", {std::to_string(cell)}});
  return out;
}

Service ports(uint8_t protocol, std::vector<NumberRange> ranges) {
  Service out;
  out.protocol = protocol;
  out.ports = std::move(ranges);
  return out;
}

policy::OperationRule rule(OperationClass cls, NumberRange holding) {
  policy::OperationRule out;
  out.cls = cls;
  out.units = {{1, 1}};
  out.points[PointType::kHolding] = {holding};
  return out;
}

// Reads of a block, writes of its first part within bounds when `writes`.
Service modbus(uint32_t first, uint32_t count, bool writes) {
  Service out;
  out.protocol = wire::ip_protocol::kTcp;
  out.app = wire::App::kModbus;
  out.ports = {{502, 502}};
  out.allow.push_back(rule(OperationClass::kRead, {first, first + count - 1}));
  out.allow.back().points[PointType::kCoil] = {{0, 63}};
  if (!writes) return out;
  out.allow.push_back(rule(OperationClass::kWrite, {first, first + count / 4}));
  out.allow.back().value = NumberRange{0, 1500};
  return out;
}

class Maker {
 public:
  explicit Maker(uint32_t identities) : cells_((identities + kCellSize - 1) / kCellSize) {}

  Policy make() {
    for (uint32_t cell = 0; cell < cells_; ++cell) devices(cell);
    for (uint32_t area = 0; area * kCellsPerArea < cells_; ++area) {
      for (const char* role : {"scada", "ntp", "monitor"})
        device(at(role, area), {{"role", role}, {"area", std::to_string(area)}});
    }
    for (uint32_t cell = 0; cell < cells_; ++cell) {
      by_role(cell);
      by_name(cell);
      device_to_device(cell);
    }
    vetoes();
    return std::move(out_);
  }

 private:
  void device(const std::string& name, std::map<std::string, std::string> labels) {
    const auto i = static_cast<uint32_t>(out_.identities.size());
    policy::Identity identity;
    identity.name = name;
    identity.bind = policy::Binding{
        at("gw", i / 500), at("zone", i % 4), static_cast<uint16_t>(1 + i % 100),
        MacAddress::unpacked((uint64_t{0x02} << 40) + i + 1), IpAddress::v4(0x0a00'0001 + i)};
    identity.labels = std::move(labels);
    out_.identities.push_back(std::move(identity));
  }

  void devices(uint32_t cell) {
    const auto many = [&](const char* role, uint32_t count, const char* safety) {
      for (uint32_t i = 0; i < count; ++i)
        device(at(role, cell, i), {{"role", role},
                                   {"cell", std::to_string(cell)},
                                   {"area", std::to_string(cell / kCellsPerArea)},
                                   {"safety", safety}});
    };
    many("hmi", 2, "no");
    many("plc", kPlcs, "no");
    many("safety", 2, "yes");
    many("sensor", 4, "no");
    many("historian", 1, "no");
    many("ews", 1, "no");
  }

  Relationship& relationship(const std::string& name, Selector from, Selector to, Service service) {
    Relationship out;
    out.name = name;
    out.from = std::move(from);
    out.to = std::move(to);
    out.services.push_back(std::move(service));
    return out_.relationships.emplace_back(std::move(out));
  }

  void by_role(uint32_t cell) {
    const uint32_t form = cell % kForms;
    relationship(at("hmi-operates-plc", cell), in_cell({"hmi"}, cell), in_cell({"plc"}, cell),
                 modbus(form * 100, 80, true))
        .services.push_back(ports(wire::ip_protocol::kIcmp, {}));
    relationship(at("hmi-reads-safety", cell), in_cell({"hmi"}, cell), in_cell({"safety"}, cell),
                 modbus(0, 40, false));
    auto& history =
        relationship(at("historian-reads", cell), in_cell({"historian"}, cell),
                     in_cell({"plc", "sensor", "safety"}, cell), modbus(0, 2000, false));
    history.to.terms.push_back({Kind::kNotIn, "safety", {"yes"}});
    auto& ping =
        relationship(at("monitor-pings", cell), labelled("role", {"monitor"}),
                     labelled("cell", {std::to_string(cell)}), ports(wire::ip_protocol::kIcmp, {}));
    ping.from.terms.push_back({Kind::kIn, "area", {std::to_string(cell / kCellsPerArea)}});
  }

  void by_name(uint32_t cell) {
    const uint32_t area = cell / kCellsPerArea;
    relationship(at("scada-reads-plc", cell), named(at("scada", area)), in_cell({"plc"}, cell),
                 modbus(cell % kForms * 100, 80, false));
    relationship(at("ews-maintains-plc", cell), named(at("ews", cell, 0)), in_cell({"plc"}, cell),
                 ports(wire::ip_protocol::kTcp, {{22, 22}, {102, 102}}));
    relationship(at("cell-asks-time", cell), labelled("cell", {std::to_string(cell)}),
                 named(at("ntp", area)), ports(wire::ip_protocol::kUdp, {{123, 123}}));
    auto& grant = relationship(at("chg", cell), named(at("ews", cell, 0)),
                               named(at("sensor", cell, cell % 4)),
                               ports(wire::ip_protocol::kTcp, {{443, 443}}));
    grant.is_grant = true;
    grant.subject = "vendor/alice";
    grant.ticket = at("CHG", cell);
    grant.from_wall_ns = kFrom;
    grant.until_wall_ns = kFrom + (1 + cell % 24) * kHour;
  }

  void device_to_device(uint32_t cell) {
    constexpr uint32_t kOthers = 8;  // relationships of by_role() and by_name()
    for (uint32_t i = 0; i < kCellSize - kOthers; ++i) {
      const uint32_t from = i % kPlcs, to = (i * 3 + 1 + cell % 5) % kPlcs;
      const uint32_t first = (cell * 31 + i * 97) % 60'000;
      relationship(at("plc-asks-plc", cell, i), named(at("plc", cell, from)),
                   named(at("plc", cell, to == from ? (to + 1) % kPlcs : to)),
                   modbus(first, 10 + i, i % 4 == 0));
    }
  }

  void veto(const std::string& name, Selector from, Selector to,
            std::vector<OperationClass> operations) {
    out_.vetoes.push_back({name, std::move(from), std::move(to), std::move(operations), {}});
  }

  void vetoes() {
    Selector anyone;
    anyone.any = true;
    veto("nobody-writes-safety", anyone, labelled("safety", {"yes"}),
         {OperationClass::kWrite, OperationClass::kControl, OperationClass::kProgram});
    veto("sensors-ask-nobody", labelled("role", {"sensor"}), labelled("role", {"plc", "safety"}),
         {});
    for (uint32_t area = 0; area * kCellsPerArea < cells_; ++area)
      veto(at("no-firmware-in-area", area), anyone, labelled("area", {std::to_string(area)}),
           {OperationClass::kFirmware});
  }

  uint32_t cells_;
  Policy out_;
};

}  // namespace

Policy scale_plant(uint32_t identities) {
  return Maker(identities).make();
}

}  // namespace bulkhead::bench
